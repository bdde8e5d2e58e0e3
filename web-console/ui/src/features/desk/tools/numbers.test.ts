import { expect, it } from 'vitest';

import { wholeNumber } from './numbers';

it('reads whole numbers within their bounds only', () => {
  expect(['5', ' 120 ', '4', '121', '5.5', '', 'x', '-20'].map((text) => wholeNumber(text, 5, 120))).toEqual([5, 120, null, null, null, null, null, null]);
  expect(wholeNumber('-20', -20, 20)).toBe(-20);
});
