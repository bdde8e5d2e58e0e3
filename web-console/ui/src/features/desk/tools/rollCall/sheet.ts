/** The sheet of a roll call: pure. */

import type { RollCall, RollCallScore } from '../../../../api/mcu';

export const SCORES: RollCallScore[] = ['normal', 'late', 'picture_without_sound', 'sound_without_picture', 'no_answer'];

/** Which row the keys score: the one picked by hand, else the one being asked. */
export function rowOfKeys(call: RollCall, picked: string | null): string | null {
  if (picked !== null && call.rows.some((row) => row.site === picked)) return picked;
  return call.turn?.site ?? null;
}

/** The row `by` places away from the one the keys score; coming back to the one being asked lets the call lead again. */
export function pickedAfter(call: RollCall, picked: string | null, by: -1 | 1): string | null {
  const from = call.rows.findIndex((row) => row.site === rowOfKeys(call, picked));
  const to = from < 0 ? (by < 0 ? call.rows.length - 1 : 0) : Math.min(call.rows.length - 1, Math.max(0, from + by));
  const site = call.rows[to]?.site ?? null;
  return site === call.turn?.site ? null : site;
}

export function tally(call: RollCall): { done: number; normal: number; wrong: number } {
  const done = call.rows.filter((row) => row.score != null);
  const normal = done.filter((row) => row.score === 'normal' || row.score === 'late').length;
  return { done: done.length, normal, wrong: done.length - normal };
}

/** A spreadsheet must not take a name for a formula. */
const field = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** CSV for WPS and Excel: UTF-8 with byte order mark, CRLF (console.md §5.4). */
export const csv = (rows: string[][]): string => `\u{feff}${rows.map((row) => row.map(field).join(',')).join('\r\n')}\r\n`;
