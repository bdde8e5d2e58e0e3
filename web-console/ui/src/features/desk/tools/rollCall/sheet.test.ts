import { describe, expect, it } from 'vitest';

import type { RollCall } from '../../../../api/mcu';
import { csv, pickedAfter, rowOfKeys, tally } from './sheet';

const call = (asked: string | null): RollCall => ({
  started_at_ms: 0,
  rows: ['a', 'b', 'c'].map((site, index) => ({ site, by_hand: false, score: index === 0 ? 'normal' : null })),
  turn: asked === null ? null : { site: asked, asked_at_ms: 0, until_ms: 8000 },
});

describe('keys of a roll call', () => {
  it('score who is asked unless another row was picked', () => {
    expect(rowOfKeys(call('b'), null)).toBe('b');
    expect(rowOfKeys(call('b'), 'a')).toBe('a');
    expect(rowOfKeys(call('b'), 'gone')).toBe('b');
    expect(rowOfKeys(call(null), null)).toBeNull();
  });

  it('move over the rows and come back to who is asked', () => {
    expect(pickedAfter(call('b'), null, -1)).toBe('a');
    expect(pickedAfter(call('b'), 'a', 1)).toBeNull();
    expect(pickedAfter(call('b'), 'a', -1)).toBe('a');
    expect(pickedAfter(call(null), null, -1)).toBe('c');
    expect(pickedAfter(call(null), 'b', 1)).toBe('c');
  });
});

describe('the sheet', () => {
  it('counts', () => {
    expect(tally(call('b'))).toEqual({ done: 1, normal: 1, wrong: 0 });
  });

  it('is a file that WPS and Excel open: byte order mark, quotes, no formulas', () => {
    expect(csv([['会场', '结论'], ['甲,"乙"', '=1+1']])).toBe('\u{feff}会场,结论\r\n"甲,""乙""",\'=1+1\r\n');
  });
});
