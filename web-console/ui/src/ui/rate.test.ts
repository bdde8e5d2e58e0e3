import { expect, test } from 'vitest';
import { rateText } from './rate';

test('rates are written in the unit people use for them', () => {
  expect([96_400, 999_000, 1_440_000].map(rateText)).toEqual(['96 kbit/s', '999 kbit/s', '1.4 Mbit/s']);
});
