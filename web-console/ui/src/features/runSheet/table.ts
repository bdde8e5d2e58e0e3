/** A run sheet as a table of texts, as it is edited and as it stands in files: pure. */

import type { Command, RunSheet, RunStep } from '../../api/mcu';
import { detailsOf, textOf } from './details';
import { phrased } from './phrases';
import type { PhraseFault, World } from './phrases';

export const COLUMNS = ['time', 'title', 'site', 'picture', 'sound', 'content', 'caption', 'lights', 'important', 'note', 'commands'] as const;
export type Column = (typeof COLUMNS)[number];
/** Heads of the official form; the English names are taken too. */
export const HEADS: Record<Column, string> = {
  time: '时间',
  title: '环节',
  site: '会场',
  picture: '画面',
  sound: '声音',
  content: '双流',
  caption: '字幕',
  lights: '灯光',
  important: '重要',
  note: '备注',
  commands: '操作(JSON)',
};
export const MAX_STEPS = 200;
export const MAX_COMMANDS = 32;

export type SheetRow = Record<Column, string> & { key: number };
export type SheetDraft = { title: string; rows: SheetRow[] };

let lastKey = 0;
export function emptyRow(): SheetRow {
  lastKey += 1;
  return { time: '', title: '', site: '', picture: '', sound: '', content: '', caption: '', lights: '', important: '', note: '', commands: '', key: lastKey };
}

const two = (value: number): string => String(value).padStart(2, '0');

function timeText(ms: number | null | undefined, nowMs: number): string {
  if (ms === null || ms === undefined) return '';
  const at = new Date(ms);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return at.toDateString() === new Date(nowMs).toDateString() ? time : `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
}

/** `09:30` of today, or with a date in front; undefined when it is neither. */
export function timeOf(text: string, nowMs: number): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const match = /^(?:(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\s+)?(\d{1,2})[::](\d{2})(?::\d{2})?$/.exec(trimmed);
  if (match === null) return undefined;
  const now = new Date(nowMs);
  const [, year, month, day, hours, minutes] = match;
  const [h, m] = [Number(hours), Number(minutes)];
  if (h > 23 || m > 59) return undefined;
  return year === undefined ? new Date(now.getFullYear(), now.getMonth(), now.getDate(), h, m).getTime() : new Date(Number(year), Number(month) - 1, Number(day), h, m).getTime();
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Whether it has a command's form; the MCU looks at the rest. */
const isCommand = (value: unknown): value is Command => isRecord(value) && typeof value['cmd'] === 'string' && isRecord(value['args']);

export function parseCommands(text: string): Command[] | null {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every(isCommand) ? value : null;
  } catch {
    return null;
  }
}

const YES = new Set(['是', '重要', '★', 'yes', 'y', '1', 'true', '√', '✓']);

/** One row as a step, with what in it is not understood. */
export function stepOf(row: SheetRow, world: World, nowMs: number): { step: RunStep; faults: PhraseFault[] } {
  const { commands, faults } = phrased(world, row);
  const exact = row.commands.trim() === '' ? [] : parseCommands(row.commands);
  if (exact === null) faults.push({ column: 'commands', words: row.commands.slice(0, 40) });
  const planned = timeOf(row.time, nowMs);
  if (planned === undefined) faults.push({ column: 'time', words: row.time });
  const text = textOf({ site: row.site.trim(), lights: row.lights.trim(), important: YES.has(row.important.trim().toLowerCase()), note: row.note.trim() });
  return { step: { title: row.title.trim(), text, planned_at_ms: planned ?? null, commands: [...(exact ?? []), ...commands] }, faults };
}

export function rowOf(step: RunStep, nowMs: number): SheetRow {
  const { site, lights, important, note } = detailsOf(step);
  const commands = step.commands ?? [];
  return {
    ...emptyRow(),
    time: timeText(step.planned_at_ms, nowMs),
    title: step.title,
    site,
    lights,
    note,
    important: important ? '是' : '',
    commands: commands.length === 0 ? '' : JSON.stringify(commands),
  };
}

export const draftOf = (sheet: RunSheet, nowMs: number): SheetDraft => ({ title: sheet.title, rows: sheet.steps.map((step) => rowOf(step, nowMs)) });

/** A table out of a file: a line with a title, then the heads, then a step in each line. Null when there are no heads. */
export function draftOfTable(table: readonly (readonly string[])[], fallbackTitle: string): SheetDraft | null {
  const columnOf = (head: string): Column | null => COLUMNS.find((column) => HEADS[column] === head.trim() || column === head.trim().toLowerCase()) ?? null;
  const headAt = table.findIndex((row) => row.some((cell) => columnOf(cell) === 'title'));
  const heads = table[headAt]?.map(columnOf);
  if (heads === undefined) return null;
  const title = table.slice(0, headAt).flat().find((cell) => cell.trim() !== '')?.trim() ?? fallbackTitle;
  const rows = table.slice(headAt + 1).filter((row) => row.some((cell) => cell.trim() !== '')).map((row) => {
    const made = emptyRow();
    heads.forEach((column, index) => {
      if (column !== null) made[column] = (row[index] ?? '').trim();
    });
    return made;
  });
  return { title, rows };
}

export const tableOf = (draft: SheetDraft): string[][] => [[draft.title], COLUMNS.map((column) => HEADS[column]), ...draft.rows.map((row) => COLUMNS.map((column) => row[column]))];

/** A run sheet out of a JSON file, as the MCU takes it. */
export function sheetOfJson(text: string): RunSheet | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value['title'] !== 'string' || !Array.isArray(value['steps'])) return null;
  const steps: RunStep[] = [];
  for (const step of value['steps']) {
    if (!isRecord(step) || typeof step['title'] !== 'string') return null;
    const commands = step['commands'] ?? [];
    if (!Array.isArray(commands) || !commands.every(isCommand)) return null;
    const planned = step['planned_at_ms'];
    steps.push({ title: step['title'], text: typeof step['text'] === 'string' ? step['text'] : '', planned_at_ms: typeof planned === 'number' ? planned : null, commands });
  }
  return { title: value['title'], steps };
}
