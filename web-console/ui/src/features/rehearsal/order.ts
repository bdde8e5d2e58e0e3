import type { FaultDecl, FaultWords, InjectionInfo } from '../../api/rehearsal';

/** A parameter as typed: text of a number, or whether. */
export type Typed = Record<string, string | boolean>;

/** What stands in the fields at first: the middle of each range, rounded. */
export function firstValues(fault: FaultDecl): Typed {
  const values: Typed = {};
  for (const { name, kind } of fault.params) {
    if (kind.type === 'int') values[name] = String(Math.round((kind.min + Math.min(kind.max, kind.min * 4 + 400)) / 4) || kind.min);
    if (kind.type === 'bool') values[name] = false;
    if (kind.type === 'int' && !(Number(values[name]) >= kind.min && Number(values[name]) <= kind.max)) values[name] = String(kind.min);
  }
  return values;
}

/** Names of parameters whose text is no whole number of their range. */
export function wrongFields(fault: FaultDecl, typed: Typed): string[] {
  return fault.params
    .filter(({ name, kind }) => {
      if (kind.type !== 'int') return false;
      const text = typed[name];
      return typeof text !== 'string' || !/^-?\d+$/.test(text.trim()) || Number(text) < kind.min || Number(text) > kind.max;
    })
    .map(({ name }) => name);
}

/** The fault as the server wants it. */
export function faultOf(fault: FaultDecl, typed: Typed): FaultWords {
  const values = fault.params.map(({ name, kind }) => [name, kind.type === 'int' ? Number(typed[name]) : typed[name] === true]);
  return { fault: fault.fault, ...Object.fromEntries(values) };
}

export type Life = { active: InjectionInfo[]; planned: InjectionInfo[] };

/** What works and what is to come, the next first. */
export function livesOf(injections: InjectionInfo[]): Life {
  const end = (one: InjectionInfo): number => (one.began_ms ?? 0) + one.for_s * 1000;
  return {
    active: injections.filter((one) => one.state === 'active').toSorted((a, b) => end(a) - end(b)),
    planned: injections.filter((one) => one.state === 'planned').toSorted((a, b) => a.due_ms - b.due_ms),
  };
}

/** Seconds left of one that works, or until one begins; never below 0. */
export const secondsLeft = (one: InjectionInfo, nowMs: number): number =>
  Math.max(0, Math.ceil(((one.state === 'active' ? (one.began_ms ?? nowMs) + one.for_s * 1000 : one.due_ms) - nowMs) / 1000));

export const minutesText = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

/** Seconds with one figure; a dash for none. */
export const secondsText = (ms: number | null | undefined): string => (ms === null || ms === undefined ? '—' : (ms / 1000).toFixed(1));
