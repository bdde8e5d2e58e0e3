import { expect, it } from 'vitest';

import { place, step, ticks } from './axis';
import type { AxisLane, Mark } from './axis';

const MINUTE = 60_000;

it('places times in per cent and never outside', () => {
  expect(place(50, 75, 0, 100)).toEqual({ left: 50, width: 25 });
  expect(place(-10, 250, 0, 100)).toEqual({ left: 0, width: 100 });
  const end = place(100, 100, 0, 100);
  expect(end.left + end.width).toBeLessThanOrEqual(100);
  expect(place(5, 5, 5, 5).width).toBeGreaterThan(0);
});

it('letters the scale at full steps, not too densely', () => {
  expect(ticks(0, 8 * MINUTE)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8].map((one) => one * MINUTE));
  const long = ticks(7 * MINUTE, 187 * MINUTE);
  expect(long.length).toBeLessThanOrEqual(9);
  expect(long[0]).toBe(30 * MINUTE);
});

it('leads along a lane and to the nearest mark of the next', () => {
  const mark = (fromMs: number): Mark => ({ key: String(fromMs), left: 0, width: 1, look: 'program', label: '', fromMs, toMs: fromMs + 1 });
  const lanes: AxisLane[] = [
    { key: 'a', title: 'a', marks: [mark(0), mark(100)] },
    { key: 'b', title: 'b', marks: [] },
    { key: 'c', title: 'c', marks: [mark(10), mark(90), mark(300)] },
  ];
  expect(step(lanes, { lane: 0, mark: 0 }, 'ArrowRight')).toEqual({ lane: 0, mark: 1 });
  expect(step(lanes, { lane: 0, mark: 1 }, 'ArrowRight')).toBeNull();
  expect(step(lanes, { lane: 0, mark: 1 }, 'ArrowDown')).toEqual({ lane: 2, mark: 1 });
  expect(step(lanes, { lane: 2, mark: 0 }, 'ArrowUp')).toEqual({ lane: 0, mark: 0 });
  expect(step(lanes, { lane: 2, mark: 0 }, 'End')).toEqual({ lane: 2, mark: 2 });
  expect(step(lanes, { lane: 2, mark: 0 }, 'x')).toBeNull();
});
