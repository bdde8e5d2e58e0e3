/** The time axis: which marks stand in which lane, and where. */

import type { MeetingReport } from '../../api/pastMeetings';
import type { Names } from './names';

export type Mark = {
  key: string;
  /** Per cent of the axis. */
  left: number;
  width: number;
  look: 'program' | 'rules' | 'speech' | 'present' | 'outage' | 'unknown' | 'fault';
  label: string;
  fromMs: number;
  toMs: number;
};

export type AxisLane = { key: string; title: string; marks: Mark[] };

type Say = (key: 'present' | 'outage' | 'unknown', site: string) => string;
type Titles = { program: string; speech: string; fault: (fault: MeetingReport['faults'][number]['fault']) => string };

/** Narrower marks could be neither seen nor pointed at. */
const LEAST_WIDTH = 0.4;

/** Steps of the scale: minutes that a clock's reader counts in. */
const STEPS_MIN = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480];
const MOST_TICKS = 9;

export function place(fromMs: number, toMs: number, beginMs: number, endMs: number): { left: number; width: number } {
  const whole = Math.max(1, endMs - beginMs);
  const share = (ms: number): number => Math.min(100, Math.max(0, ((ms - beginMs) / whole) * 100));
  const left = Math.min(share(fromMs), 100 - LEAST_WIDTH);
  return { left, width: Math.max(LEAST_WIDTH, Math.min(100, share(toMs)) - left) };
}

/** Full minutes at which the scale is lettered. */
export function ticks(beginMs: number, endMs: number): number[] {
  const minutes = (endMs - beginMs) / 60_000;
  const stepMs = (STEPS_MIN.find((one) => minutes / one <= MOST_TICKS) ?? 1440) * 60_000;
  const first = Math.ceil(beginMs / stepMs) * stepMs;
  const all: number[] = [];
  for (let at = first; at <= endMs; at += stepMs) all.push(at);
  return all;
}

export function lanesOf(report: MeetingReport, names: Names, titles: Titles, say: Say): AxisLane[] {
  const { began_ms: begin, until_ms: end } = report.figures;
  const mark = (look: Mark['look'], label: string, fromMs: number, toMs: number): Mark => ({
    key: `${look} ${fromMs} ${label}`,
    look,
    label,
    fromMs,
    toMs,
    ...place(fromMs, toMs, begin, end),
  });
  const program = report.program.map((one) =>
    mark(one.forced ? 'program' : 'rules', names.text(one.text), one.span.from_ms, one.span.to_ms),
  );
  const speech = report.speeches.map((one) => mark('speech', names.site(one.site), one.span.from_ms, one.span.to_ms));
  const sites = report.attendance.map((row): AxisLane => {
    const spans = [
      ...row.present.map((span) => mark('present', say('present', names.text(row.name)), span.from_ms, span.to_ms)),
      ...row.outages.map((span) => mark('outage', say('outage', names.text(row.name)), span.from_ms, span.to_ms)),
      ...row.unknown.map((span) => mark('unknown', say('unknown', names.text(row.name)), span.from_ms, span.to_ms)),
      ...report.faults
        .filter((fault) => fault.site === row.site)
        .map((fault) => mark('fault', `${names.text(row.name)} ${titles.fault(fault.fault)}`, fault.from_ms, fault.to_ms ?? end)),
    ];
    return { key: row.site, title: names.text(row.name), marks: spans.toSorted((a, b) => a.fromMs - b.fromMs) };
  });
  const lanes = [
    { key: 'program', title: titles.program, marks: program },
    { key: 'speech', title: titles.speech, marks: speech },
    ...sites,
  ];
  return lanes;
}

/** Where the arrow keys lead: along a lane, or to the mark of the next lane that is nearest in time. */
export function step(lanes: AxisLane[], at: { lane: number; mark: number }, key: string): { lane: number; mark: number } | null {
  const marks = lanes[at.lane]?.marks ?? [];
  if (key === 'ArrowRight') return at.mark + 1 < marks.length ? { ...at, mark: at.mark + 1 } : null;
  if (key === 'ArrowLeft') return at.mark > 0 ? { ...at, mark: at.mark - 1 } : null;
  if (key === 'Home') return { ...at, mark: 0 };
  if (key === 'End') return { ...at, mark: Math.max(0, marks.length - 1) };
  if (key !== 'ArrowUp' && key !== 'ArrowDown') return null;
  const way = key === 'ArrowUp' ? -1 : 1;
  const from = marks[at.mark]?.fromMs ?? 0;
  for (let lane = at.lane + way; lane >= 0 && lane < lanes.length; lane += way) {
    const others = lanes[lane]?.marks ?? [];
    if (others.length > 0) {
      const distances = others.map((one) => Math.abs(one.fromMs - from));
      return { lane, mark: distances.indexOf(Math.min(...distances)) };
    }
  }
  return null;
}
