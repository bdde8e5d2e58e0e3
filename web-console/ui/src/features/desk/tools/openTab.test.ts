import { expect, it } from 'vitest';

import { moveOnTabs } from './openTab';

it('goes round the tabs with the arrows', () => {
  expect(moveOnTabs('ArrowRight', 0, 3)).toBe(1);
  expect(moveOnTabs('ArrowRight', 2, 3)).toBe(0);
  expect(moveOnTabs('ArrowLeft', 0, 3)).toBe(2);
  expect(moveOnTabs('End', 0, 3)).toBe(2);
  expect(moveOnTabs('Home', 2, 3)).toBe(0);
  expect(moveOnTabs('Enter', 0, 3)).toBeNull();
  expect(moveOnTabs('ArrowLeft', 0, 0)).toBeNull();
});
