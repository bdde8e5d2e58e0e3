import { describe, expect, it } from 'vitest';

import type { Polling, SiteSnapshot } from '../../../../api/mcu';
import { moved, nextTurn, renewed } from './turns';

const site = (id: string, more: Partial<SiteSnapshot> = {}): SiteSnapshot => ({
  site: id,
  name: id,
  name_en: id,
  kind: 'branch',
  seated: true,
  connection: 'joined',
  connection_since_ms: 0,
  mic: 'closed',
  mute_locked: false,
  speaker: 'on',
  gain_db: 0,
  view: { source: { kind: 'none' }, locked: false, own: false },
  tally: { on_air: false, seen: false },
  loss_permille: 0,
  bit_rate_bps: 0,
  picture: true,
  sound: true,
  wants_chair: false,
  ...more,
});

const polling: Polling = { sites: ['a', 'b', 'c'], dwell_s: 10, skip_absent: true, skip_no_picture: true };

describe('turns', () => {
  it('pass over who cannot be seen, round and round', () => {
    const sites = [site('a'), site('b', { picture: false }), site('c')];
    expect(nextTurn(polling, sites, 0)).toBe('c');
    expect(nextTurn(polling, sites, 2)).toBe('a');
    expect(nextTurn({ ...polling, skip_no_picture: false }, sites, 0)).toBe('b');
    expect(nextTurn(polling, [site('a')], 0)).toBeNull();
    expect(nextTurn(polling, [site('a'), site('c', { seated: false })], 0)).toBeNull();
  });
});

describe('the list', () => {
  it('keeps its order when sites come and go', () => {
    const before = [
      { site: 'b', chosen: false },
      { site: 'a', chosen: true },
    ];
    expect(renewed(before, ['a', 'b', 'c'], () => true)).toEqual([...before, { site: 'c', chosen: true }]);
    expect(renewed(before, ['a'], () => true)).toEqual([{ site: 'a', chosen: true }]);
  });

  it('moves one line', () => {
    const list = ['a', 'b', 'c'].map((id) => ({ site: id, chosen: true }));
    expect(moved(list, 1, -1).map((one) => one.site)).toEqual(['b', 'a', 'c']);
    expect(moved(list, 0, -1)).toBe(list);
  });
});
