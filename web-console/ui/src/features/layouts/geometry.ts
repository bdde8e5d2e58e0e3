/** Moving and sizing cells on a canvas of 1000 by 1000 per-mille: pure. */

import type { Cell, Layout } from '../../api/mcu';

export const CANVAS = 1000;
/** One step of the grid. */
export const GRID = 10;
/** Smallest side of a cell that can still be read on a hall's screen. */
export const MIN_SIDE = 40;
/** How near an edge has to come to a neighbour's to snap to it. */
const REACH = 8;

export type Rect = { x: number; y: number; w: number; h: number };
/** Which edges follow the pointer; none moves the whole cell. */
export type Handle = 'move' | 'nw' | 'ne' | 'sw' | 'se';
export type Axis = 'x' | 'y';

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** Edges of all other cells and of the canvas along one axis. */
export function edgesOf(cells: readonly Rect[], except: number, axis: Axis): number[] {
  const edges = new Set([0, CANVAS]);
  cells.forEach((cell, index) => {
    if (index === except) return;
    const [from, size] = axis === 'x' ? [cell.x, cell.w] : [cell.y, cell.h];
    edges.add(from);
    edges.add(from + size);
  });
  return [...edges];
}

/** A dragged edge: to a neighbour's edge when near, else to the grid. */
export function snapEdge(value: number, edges: readonly number[]): number {
  const near = edges.filter((edge) => Math.abs(edge - value) <= REACH).toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value));
  return clamp(near[0] ?? Math.round(value / GRID) * GRID, 0, CANVAS);
}

/** A dragged cell of a size: whichever of its two edges is near a neighbour's snaps. */
function snapMove(from: number, size: number, edges: readonly number[]): number {
  const places = edges.flatMap((edge) => [edge, edge - size]);
  const near = places.filter((place) => Math.abs(place - from) <= REACH).toSorted((a, b) => Math.abs(a - from) - Math.abs(b - from));
  return clamp(near[0] ?? Math.round(from / GRID) * GRID, 0, CANVAS - size);
}

/** The cell after its handle was dragged by so much from where it began. */
export function dragged(cells: readonly Rect[], index: number, start: Rect, handle: Handle, dx: number, dy: number): Rect {
  const edgesX = edgesOf(cells, index, 'x');
  const edgesY = edgesOf(cells, index, 'y');
  if (handle === 'move') return { ...start, x: snapMove(start.x + dx, start.w, edgesX), y: snapMove(start.y + dy, start.h, edgesY) };
  let [left, right] = [start.x, start.x + start.w];
  let [top, bottom] = [start.y, start.y + start.h];
  if (handle === 'nw' || handle === 'sw') left = Math.min(snapEdge(left + dx, edgesX), right - MIN_SIDE);
  else right = Math.max(snapEdge(right + dx, edgesX), left + MIN_SIDE);
  if (handle === 'nw' || handle === 'ne') top = Math.min(snapEdge(top + dy, edgesY), bottom - MIN_SIDE);
  else bottom = Math.max(snapEdge(bottom + dy, edgesY), top + MIN_SIDE);
  return { x: left, y: top, w: right - left, h: bottom - top };
}

/** One key press further along: to the next line of the grid, or to a place that comes before it. */
export function stepTo(value: number, direction: 1 | -1, places: readonly number[]): number {
  const line = direction === 1 ? Math.floor((value + GRID) / GRID) * GRID : Math.ceil((value - GRID) / GRID) * GRID;
  const between = places.filter((place) => (place - value) * direction > 0 && (line - place) * direction >= 0);
  return between.toSorted((a, b) => (a - b) * direction)[0] ?? line;
}

/** The cell after one arrow key. */
export function nudged(cells: readonly Rect[], index: number, axis: Axis, direction: 1 | -1, resizes: boolean): Rect | null {
  const cell = cells[index];
  if (cell === undefined) return null;
  const edges = edgesOf(cells, index, axis);
  const [from, size] = axis === 'x' ? [cell.x, cell.w] : [cell.y, cell.h];
  const put = (nextFrom: number, nextSize: number): Rect =>
    axis === 'x' ? { x: nextFrom, y: cell.y, w: nextSize, h: cell.h } : { x: cell.x, y: nextFrom, w: cell.w, h: nextSize };
  if (resizes) return put(from, clamp(stepTo(from + size, direction, edges), from + MIN_SIDE, CANVAS) - from);
  const places = edges.flatMap((edge) => [edge, edge - size]);
  return put(clamp(stepTo(from, direction, places), 0, CANVAS - size), size);
}

/** Cells wholly under later ones: nobody would see them. */
export function hiddenCells(layout: Layout): number[] {
  const inside = (small: Cell, large: Cell): boolean =>
    small.x >= large.x && small.y >= large.y && small.x + small.w <= large.x + large.w && small.y + small.h <= large.y + large.h;
  return layout.cells.flatMap((cell, index) => (layout.cells.slice(index + 1).some((later) => inside(cell, later)) ? [index] : []));
}

/** A free place for a new cell: where most of it is not covered yet, looked for on a coarse grid. */
export function freePlace(cells: readonly Rect[], side = 250): Rect {
  const covered = (rect: Rect): number =>
    cells.reduce((sum, cell) => {
      const w = Math.min(rect.x + rect.w, cell.x + cell.w) - Math.max(rect.x, cell.x);
      const h = Math.min(rect.y + rect.h, cell.y + cell.h) - Math.max(rect.y, cell.y);
      return sum + (w > 0 && h > 0 ? w * h : 0);
    }, 0);
  let best: Rect = { x: 0, y: 0, w: side, h: side };
  for (let y = 0; y <= CANVAS - side; y += 50) {
    for (let x = 0; x <= CANVAS - side; x += 50) {
      const place = { x, y, w: side, h: side };
      if (covered(place) < covered(best)) best = place;
    }
  }
  return best;
}
