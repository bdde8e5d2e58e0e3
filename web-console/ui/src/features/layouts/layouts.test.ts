import { describe, expect, it } from 'vitest';

import type { Layout } from '../../api/mcu';
import { addCell, begin, change, duplicateCell, emptyLayout, redo, removeCell, reorder, undo, validate } from './edit';
import { dragged, freePlace, hiddenCells, nudged, stepTo } from './geometry';
import { layoutsText, parseLayouts } from './storage';

const cell = (x: number, y: number, w: number, h: number) => ({ x, y, w, h, source: { from: 'blank' as const } });
const two: Layout = { name: 'x', cells: [cell(0, 0, 333, 500), cell(500, 0, 300, 300)] };

describe('cells on the canvas', () => {
  it('steps along the grid and stops at a neighbour on the way', () => {
    expect(stepTo(500, -1, [])).toBe(490);
    expect(stepTo(497, 1, [])).toBe(500);
    expect(stepTo(340, -1, [333])).toBe(333);
    expect(stepTo(333, -1, [333])).toBe(330);
  });

  it('moves and sizes by keys without leaving the canvas', () => {
    expect(nudged(two.cells, 1, 'x', -1, false)).toMatchObject({ x: 490, w: 300 });
    expect(nudged(two.cells, 1, 'y', -1, false)).toMatchObject({ y: 0 });
    expect(nudged(two.cells, 1, 'x', 1, true)).toMatchObject({ x: 500, w: 310 });
    expect(nudged([cell(960, 0, 40, 40)], 0, 'x', -1, true)).toMatchObject({ w: 40 });
    expect(nudged([cell(960, 0, 40, 40)], 0, 'x', 1, true)).toMatchObject({ w: 40 });
  });

  it('snaps a dragged cell to its neighbour, else to the grid', () => {
    expect(dragged(two.cells, 1, cell(500, 0, 300, 300), 'move', -163, 43)).toMatchObject({ x: 333, y: 40 });
    expect(dragged(two.cells, 1, cell(500, 0, 300, 300), 'move', 900, 0)).toMatchObject({ x: 700 });
    expect(dragged(two.cells, 1, cell(500, 0, 300, 300), 'nw', -164, 0)).toMatchObject({ x: 333, w: 467 });
    expect(dragged(two.cells, 1, cell(500, 0, 300, 300), 'se', -900, 900)).toMatchObject({ w: 40, h: 1000 });
  });

  it('finds what is hidden and where there is room', () => {
    expect(hiddenCells({ name: 'x', cells: [cell(0, 0, 100, 100), cell(0, 0, 1000, 1000)] })).toEqual([0]);
    expect(freePlace([cell(0, 0, 1000, 500)])).toMatchObject({ x: 0, y: 500 });
  });
});

describe('editing', () => {
  it('takes back and does again, a row of presses at once', () => {
    let history = begin(emptyLayout('a'));
    history = change(history, addCell(history.present), '', 0);
    history = change(history, two, 'move1', 10);
    history = change(history, { ...two, name: 'y' }, 'move1', 20);
    expect(history.past).toHaveLength(2);
    history = undo(history);
    expect(history.present.cells).toHaveLength(2);
    expect(redo(history).present.name).toBe('y');
    expect(undo(undo(undo(history))).present.cells).toHaveLength(1);
  });

  it('keeps one to twenty-five cells', () => {
    let layout = emptyLayout('a');
    expect(removeCell(layout, 0)).toBe(layout);
    for (let count = 0; count < 40; count += 1) layout = addCell(layout);
    expect(layout.cells).toHaveLength(25);
    expect(duplicateCell(layout, 0)).toBe(layout);
    expect(duplicateCell(two, 0).cells[2]).toMatchObject({ x: 333, y: 0, w: 333 });
    expect(reorder(two, 0, 1).cells[1]).toEqual(two.cells[0]);
  });

  it('says what the MCU would refuse', () => {
    const sites = new Set(['a']);
    expect(validate(two, sites)).toEqual([]);
    expect(validate({ name: ' ', cells: [] }, sites)).toEqual([{ kind: 'name' }, { kind: 'tooFew' }]);
    const bad: Layout = { name: 'x', cells: [{ ...cell(900, 0, 200, 10), source: { from: 'list', dwell_s: 3, sites: [] } }, { ...cell(0, 0, 1, 1), source: { from: 'site', site: 'b' } }] };
    expect(validate(bad, sites).map((issue) => issue.kind)).toEqual(['outside', 'emptyList', 'dwell', 'unknownSite']);
  });
});

describe('own layouts', () => {
  it('survive a file', () => {
    expect(parseLayouts(layoutsText([two]))).toEqual([two]);
  });

  it('refuse a foreign file', () => {
    expect(parseLayouts('no')).toBeNull();
    expect(parseLayouts('{"layouts":[{"name":"x","cells":[{"x":-1}]}]}')).toBeNull();
    expect(parseLayouts('{"name":"x","cells":[{"x":0,"y":0,"w":1,"h":1,"source":{"from":"eval"}}]}')).toBeNull();
  });
});
