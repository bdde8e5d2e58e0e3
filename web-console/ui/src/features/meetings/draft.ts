/** A booking as it is filled in, and as it is sent. Pure. */

import type { BookingBody, Meeting, Pattern, Recurrence } from '../../api/meetings';
import { weekdayOf } from './time';

export const REPEATS = ['once', 'day', 'workday', 'week', 'month_day', 'month_weekday'] as const;
export type Repeat = (typeof REPEATS)[number];

export type Draft = {
  meeting: Meeting;
  date: string;
  time: string;
  repeat: Repeat;
  weekdays: number[];
  monthDay: number;
  nth: number;
  weekday: number;
  ends: 'count' | 'until';
  count: number;
  until: string;
  exceptions: NonNullable<BookingBody['exceptions']>;
};

/** A meeting of all sites; what most are. */
export function emptyDraft(sites: readonly string[], date: string, time: string): Draft {
  const meeting: Meeting = { title: '', sites: [...sites], main_site: sites[0] ?? '', mute_on_join: 'closed', layout: null, plans: [], run_sheet: null, planned_min: 90, auto_end: false, record: false, live: false, classification: null, call_before_min: null };
  return { meeting, date, time, ...series(date) };
}

const series = (date: string): Omit<Draft, 'meeting' | 'date' | 'time'> => ({
  repeat: 'once',
  weekdays: [weekdayOf(date)],
  monthDay: Number(date.slice(8, 10)),
  nth: Math.min(4, Math.ceil(Number(date.slice(8, 10)) / 7)),
  weekday: weekdayOf(date),
  ends: 'count',
  count: 10,
  until: date,
  exceptions: [],
});

function patternOf(draft: Draft): Pattern | null {
  switch (draft.repeat) {
    case 'once':
      return null;
    case 'day':
      return { every: 'day' };
    case 'workday':
      return { every: 'workday' };
    case 'week':
      return { every: 'week', weekdays: draft.weekdays };
    case 'month_day':
      return { every: 'month_day', day: draft.monthDay };
    case 'month_weekday':
      return { every: 'month_weekday', nth: draft.nth, weekday: draft.weekday };
  }
}

export function bodyOf(draft: Draft): BookingBody {
  const pattern = patternOf(draft);
  const recurrence: Recurrence | null = pattern === null ? null : { pattern, end: draft.ends === 'count' ? { ends: 'count', count: draft.count } : { ends: 'until', date: draft.until } };
  return { meeting: draft.meeting, start: `${draft.date}T${draft.time}`, recurrence, exceptions: draft.exceptions };
}

export function draftOf(body: BookingBody): Draft {
  const date = body.start.slice(0, 10);
  const draft: Draft = { meeting: body.meeting, date, time: body.start.slice(11, 16), ...series(date), exceptions: body.exceptions ?? [] };
  const { recurrence } = body;
  if (recurrence == null) return draft;
  const { pattern, end } = recurrence;
  draft.repeat = pattern.every;
  if (pattern.every === 'week') draft.weekdays = pattern.weekdays;
  if (pattern.every === 'month_day') draft.monthDay = pattern.day;
  if (pattern.every === 'month_weekday') [draft.nth, draft.weekday] = [pattern.nth, pattern.weekday];
  draft.ends = end.ends;
  if (end.ends === 'count') draft.count = end.count;
  else draft.until = end.date;
  return draft;
}

/** One of a series taken out (null) or moved; an earlier exception of that day gives way. */
export const withException = (body: BookingBody, slot: string, movedTo: string | null): BookingBody => ({
  ...body,
  exceptions: [...(body.exceptions ?? []).filter((one) => one.slot !== slot), { slot, moved_to: movedTo }],
});

/** Sites in fixed order; the main site stays one of them. */
export function withSites(meeting: Meeting, wanted: ReadonlySet<string>, order: readonly string[]): Meeting {
  const sites = order.filter((site) => wanted.has(site));
  return { ...meeting, sites, main_site: sites.includes(meeting.main_site) ? meeting.main_site : (sites[0] ?? '') };
}
