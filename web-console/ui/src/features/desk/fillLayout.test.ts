import { describe, expect, it } from 'vitest';

import type { CellSource, Layout } from '../../api/mcu';
import { fit } from '../../ui/useFit';
import { autoFill, clearCell, firstBlank, place } from './fillLayout';

const layout = (...sources: CellSource[]): Layout => ({ name: 'x', cells: sources.map((source, index) => ({ x: index, y: 0, w: 1, h: 1, source })) });
const BLANK: CellSource = { from: 'blank' };
const site = (id: string): CellSource => ({ from: 'site', site: id });

const sources = (given: Layout): string[] => given.cells.map((cell) => (cell.source.from === 'site' ? cell.source.site : cell.source.from));

describe('multi-picture', () => {
  it('fills in site order and leaves the rest blank', () => {
    expect(sources(autoFill(layout(BLANK, BLANK, BLANK), ['m', 'a'], 'm'))).toEqual(['m', 'a', 'blank']);
  });

  it('does not show the main site twice when the form leads with it', () => {
    expect(sources(autoFill(layout({ from: 'main' }, BLANK, BLANK), ['m', 'a', 'b'], 'm'))).toEqual(['main', 'a', 'b']);
  });

  it('moves a site that is placed elsewhere', () => {
    const moved = place(layout(site('a'), site('b')), 1, 'a');
    expect(sources(moved)).toEqual(['blank', 'a']);
    expect(firstBlank(moved)).toBe(0);
    expect(sources(clearCell(moved, 1))).toEqual(['blank', 'blank']);
  });
});

describe('wall geometry', () => {
  it('keeps 16:9 inside any box', () => {
    expect(fit({ width: 1600, height: 1600 }, 16 / 9)).toEqual({ width: 1600, height: 900 });
    expect(fit({ width: 1600, height: 450 }, 16 / 9)).toEqual({ width: 800, height: 450 });
    expect(fit({ width: 0, height: 0 }, 16 / 9)).toEqual({ width: 0, height: 0 });
  });
});
