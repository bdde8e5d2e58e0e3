import { expect, it } from 'vitest';

import { extended, nextClockTime } from './plannedEnd';

const at = (hours: number, minutes: number): number => new Date(2026, 10, 23, hours, minutes).getTime();

it('takes a clock time as the next one that comes', () => {
  expect(nextClockTime('11:30', at(10, 0))).toBe(at(11, 30));
  expect(nextClockTime('09:00', at(10, 0))).toBe(at(9, 0) + 86_400_000);
  expect(nextClockTime('9', at(10, 0))).toBeNull();
});

it('extends from the planned end, or from now when that has passed', () => {
  expect(extended(at(11, 0), at(10, 0), 15)).toBe(at(11, 15));
  expect(extended(at(9, 0), at(10, 0), 15)).toBe(at(10, 15));
  expect(extended(null, at(10, 0), 30)).toBe(at(10, 30));
});
