import { expect, it } from 'vitest';

import type { Overlay } from '../../api/mcu';
import { KINDS, difference, faultOf, freshRow, fromAir, isSame, makeOverlay, moved, wanted } from './overlay';

const banner: Overlay = { overlay: 'banner', of: { text: 'a', at: 'top' } };
const clock: Overlay = { overlay: 'clock', of: { utc_offset_min: 480 } };

it('makes each kind', () => {
  expect(KINDS.map((kind) => faultOf(makeOverlay(kind, 'x', 0), 0))).toEqual([null, 'empty', 'empty', null, null, null, null]);
  expect(faultOf({ overlay: 'ticker', of: { text: 'x', at: 'top', speed_px_s: 9 } }, 0)).toBe('speed');
  expect(faultOf({ overlay: 'countdown', of: { label: '', until_ms: 5 } }, 6)).toBe('past');
  expect(faultOf({ overlay: 'banner', of: { text: '字'.repeat(334), at: 'top' } }, 0)).toBe('long');
  expect(faultOf({ overlay: 'banner', of: { text: 'a\nb', at: 'top' } }, 0)).toBe('control');
});

it('says what will change', () => {
  expect(difference([banner], [banner, clock])).toEqual({ added: [clock], removed: [], order: false });
  expect(difference([banner, clock], [clock, banner])).toEqual({ added: [], removed: [], order: true });
  expect(difference([banner, banner], [banner])).toEqual({ added: [], removed: [banner], order: false });
  expect(isSame({ of: { at: 'top', text: 'a' }, overlay: 'banner' }, banner)).toBe(true);
});

it('keeps lines that are kept back when it takes over what is on air', () => {
  const rows = [freshRow(banner, false), freshRow(clock)];
  expect(wanted(rows)).toEqual([clock]);
  expect(wanted(fromAir([banner, clock], rows))).toEqual([banner, clock]);
  expect(fromAir([clock], rows)).toHaveLength(2);
  expect(moved([1, 2, 3], 0, 1)).toEqual([2, 1, 3]);
  expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
});
