/** Own layouts, kept in the library on the server and carried as a JSON file. */

import type { Cell, CellSource, Layout } from '../../api/mcu';
import type { Old } from '../library/fromBrowser';
import { createLibrary } from '../library/library';

const STORAGE_KEY = 'console.layouts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const whole = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 1000 ? value : null);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

function readSource(value: unknown): CellSource | null {
  if (!isRecord(value)) return null;
  switch (value['from']) {
    case 'site':
      return isText(value['site']) ? { from: 'site', site: value['site'] } : null;
    case 'list': {
      const dwell = whole(value['dwell_s']);
      const sites: unknown = value['sites'];
      return dwell !== null && Array.isArray(sites) && sites.every(isText) ? { from: 'list', dwell_s: dwell, sites } : null;
    }
    case 'loudest':
    case 'main':
    case 'content':
    case 'upper':
    case 'blank':
      return { from: value['from'] };
    default:
      return null;
  }
}

function readCell(value: unknown): Cell | null {
  if (!isRecord(value)) return null;
  const [x, y, w, h] = [whole(value['x']), whole(value['y']), whole(value['w']), whole(value['h'])];
  const source = readSource(value['source']);
  return x === null || y === null || w === null || h === null || source === null ? null : { x, y, w, h, source };
}

function readLayout(value: unknown): Layout | null {
  if (!isRecord(value) || !isText(value['name']) || !Array.isArray(value['cells'])) return null;
  const cells = value['cells'].map(readCell);
  const good = cells.filter((cell) => cell !== null);
  return good.length === cells.length && good.length >= 1 && good.length <= 25 ? { name: value['name'], cells: good } : null;
}

/** Layouts out of a file's or the storage's text; null when it is not such a file. */
export function parseLayouts(text: string): Layout[] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const list: unknown = isRecord(value) ? (value['layouts'] ?? [value]) : value;
  if (!Array.isArray(list)) return null;
  const layouts = list.map(readLayout);
  const good = layouts.filter((layout) => layout !== null);
  return good.length === layouts.length && good.length > 0 ? good : null;
}

export const layoutsText = (layouts: readonly Layout[]): string => JSON.stringify({ layouts }, null, 2);

/** The desk's own layouts, on the server. */
export const layoutLibrary = createLibrary<Layout>({ kind: 'layout', read: readLayout });

/** Those of earlier versions, in the browser. */
export const oldLayouts: Old<Layout> = { storageKey: STORAGE_KEY, parse: parseLayouts, nameOf: (layout) => layout.name };

export const ownLayouts = (): Layout[] => layoutLibrary.store.getState().values;

/** Keeps layouts in place of those of the same names; true when the server has them all. */
export async function keepLayouts(layouts: readonly Layout[]): Promise<boolean> {
  const kept = await Promise.all(layouts.map((layout) => layoutLibrary.keep(layout.name, layout)));
  return kept.every(Boolean);
}

export const dropLayout = (name: string): Promise<boolean> => layoutLibrary.drop(name);
