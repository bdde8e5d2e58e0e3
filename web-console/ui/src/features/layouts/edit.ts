/** Editing a multi-picture with its own undo: pure. */

import type { Cell, CellSource, Layout } from '../../api/mcu';
import { CANVAS, freePlace } from './geometry';
import type { Rect } from './geometry';

export const MAX_CELLS = 25;
/** Longest name in bytes, as the MCU takes it. */
export const MAX_NAME_BYTES = 64;
const MAX_HISTORY = 100;
/** Presses of the same kind within this time are taken back together. */
const TOGETHER_MS = 900;

export type History = { past: Layout[]; present: Layout; future: Layout[]; tag: string; atMs: number };

export const begin = (layout: Layout): History => ({ past: [], present: layout, future: [], tag: '', atMs: 0 });

/** The next state; `tag` names what is done, so that a row of arrow keys is one step back. */
export function change(history: History, next: Layout, tag: string, nowMs: number): History {
  if (next === history.present) return history;
  const joins = tag !== '' && tag === history.tag && nowMs - history.atMs < TOGETHER_MS;
  const past = joins ? history.past : [...history.past, history.present].slice(-MAX_HISTORY);
  return { past, present: next, future: [], tag, atMs: nowMs };
}

export function undo(history: History): History {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], tag: '', atMs: 0 };
}

export function redo(history: History): History {
  const [after, ...future] = history.future;
  if (after === undefined) return history;
  return { past: [...history.past, history.present], present: after, future, tag: '', atMs: 0 };
}

const BLANK: CellSource = { from: 'blank' };

export const emptyLayout = (name: string): Layout => ({ name, cells: [{ x: 0, y: 0, w: CANVAS, h: CANVAS, source: BLANK }] });

const mapCell = (layout: Layout, index: number, change_: (cell: Cell) => Cell): Layout => ({
  ...layout,
  cells: layout.cells.map((cell, other) => (other === index ? change_(cell) : cell)),
});

export const setRect = (layout: Layout, index: number, rect: Rect): Layout => mapCell(layout, index, (cell) => ({ ...cell, ...rect }));

export const setSource = (layout: Layout, index: number, source: CellSource): Layout => mapCell(layout, index, (cell) => ({ ...cell, source }));

export const addCell = (layout: Layout): Layout =>
  layout.cells.length >= MAX_CELLS ? layout : { ...layout, cells: [...layout.cells, { ...freePlace(layout.cells), source: BLANK }] };

export const removeCell = (layout: Layout, index: number): Layout =>
  layout.cells.length <= 1 ? layout : { ...layout, cells: layout.cells.filter((_, other) => other !== index) };

/** A copy of a cell's form beside it; what it shows is left to be chosen. */
export function duplicateCell(layout: Layout, index: number): Layout {
  const cell = layout.cells[index];
  if (cell === undefined || layout.cells.length >= MAX_CELLS) return layout;
  const fits = cell.x + 2 * cell.w <= CANVAS;
  const x = fits ? cell.x + cell.w : Math.min(cell.x + 20, CANVAS - cell.w);
  const y = fits ? cell.y : Math.min(cell.y + 20, CANVAS - cell.h);
  const source: CellSource = cell.source.from === 'site' ? BLANK : cell.source;
  return { ...layout, cells: [...layout.cells, { ...cell, x, y, source }] };
}

/** Later cells are drawn over earlier ones. */
export function reorder(layout: Layout, index: number, to: number): Layout {
  const cell = layout.cells[index];
  if (cell === undefined || to < 0 || to >= layout.cells.length || to === index) return layout;
  const others = layout.cells.filter((_, other) => other !== index);
  return { ...layout, cells: [...others.slice(0, to), cell, ...others.slice(to)] };
}

export type Issue =
  | { kind: 'name' }
  | { kind: 'tooFew' }
  | { kind: 'tooMany'; count: number }
  | { kind: 'outside'; cell: number }
  | { kind: 'unknownSite'; cell: number; site: string }
  | { kind: 'emptyList'; cell: number }
  | { kind: 'dwell'; cell: number };

const sitesOf = (source: CellSource): readonly string[] => {
  if (source.from === 'site') return [source.site];
  return source.from === 'list' ? source.sites : [];
};

function cellIssues(cell: Cell, number: number, sites: ReadonlySet<string>): Issue[] {
  const issues: Issue[] = [];
  if (cell.w < 1 || cell.h < 1 || cell.x < 0 || cell.y < 0 || cell.x + cell.w > CANVAS || cell.y + cell.h > CANVAS) {
    issues.push({ kind: 'outside', cell: number });
  }
  for (const site of sitesOf(cell.source)) if (!sites.has(site)) issues.push({ kind: 'unknownSite', cell: number, site });
  if (cell.source.from === 'list') {
    if (cell.source.sites.length === 0) issues.push({ kind: 'emptyList', cell: number });
    if (!(cell.source.dwell_s >= 5 && cell.source.dwell_s <= 120)) issues.push({ kind: 'dwell', cell: number });
  }
  return issues;
}

/** What the MCU would refuse, said before it is asked. */
export function validate(layout: Layout, sites: ReadonlySet<string>): Issue[] {
  const issues: Issue[] = [];
  const bytes = new TextEncoder().encode(layout.name).length;
  if (layout.name.trim() === '' || bytes > MAX_NAME_BYTES) issues.push({ kind: 'name' });
  if (layout.cells.length === 0) issues.push({ kind: 'tooFew' });
  if (layout.cells.length > MAX_CELLS) issues.push({ kind: 'tooMany', count: layout.cells.length });
  return [...issues, ...layout.cells.flatMap((cell, index) => cellIssues(cell, index + 1, sites))];
}
