/** Run sheets in the library, with how long each step usually takes. */

import type { RunSheet } from '../../api/mcu';
import { createLibrary } from '../library/library';
import type { RunTimes } from './runTimes';
import { sheetOfJson } from './table';

export type KeptSheet = { name: string; sheet: RunSheet; usual: (number | null)[] };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A kept sheet goes by its title; the server wants no slashes in names. */
export const nameOfSheet = (title: string): string => title.trim().replaceAll(/[/\\]/g, '-');

export function readSheet(value: unknown): KeptSheet | null {
  if (!isRecord(value)) return null;
  const sheet = sheetOfJson(JSON.stringify(value['sheet'] ?? null));
  const usual: unknown[] = Array.isArray(value['usual_s']) ? value['usual_s'] : [];
  return sheet === null ? null : { name: nameOfSheet(sheet.title), sheet, usual: usual.map((one) => (typeof one === 'number' ? one : null)) };
}

export const sheetLibrary = createLibrary<KeptSheet>({ kind: 'run_sheet', read: readSheet, write: ({ sheet, usual }) => ({ sheet, usual_s: usual.slice(0, sheet.steps.length) }) });

/** Seconds each step took: from its beginning to the next one's; where it is not known, what was known before. */
export function usualOf(times: RunTimes, count: number, before: readonly (number | null)[]): (number | null)[] {
  return Array.from({ length: count }, (_, index) => {
    const [from, to] = [times[index], times[index + 1]];
    return from === undefined || to === undefined || to < from ? (before[index] ?? null) : Math.round((to - from) / 1000);
  });
}
