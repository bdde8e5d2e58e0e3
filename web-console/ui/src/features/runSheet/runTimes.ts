/** When steps were really begun. The MCU tells only which comes next, so each desk notes the times itself and keeps them in its browser. */

import { useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';

import type { ConferenceSnapshot, RunSheet } from '../../api/mcu';
import type { LiveState } from '../../live/state';

export type RunTimes = { readonly [step: number]: number };

const NONE: RunTimes = {};
const CHANGED = 'console-run-times';

const isSameSheet = (a: RunSheet | null | undefined, b: RunSheet | null | undefined): boolean => a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** The times after another snapshot: a step further is a step begun, a step back takes times away, another sheet all of them. */
export function follow(times: RunTimes, before: ConferenceSnapshot, after: ConferenceSnapshot): RunTimes {
  if (!isSameSheet(before.desk.run_sheet, after.desk.run_sheet)) return NONE;
  const [from, to] = [before.desk.next_step, after.desk.next_step];
  if (to === from + 1) return { ...times, [from]: after.at_ms };
  return to < from ? Object.fromEntries(Object.entries(times).filter(([step]) => Number(step) < to)) : times;
}

const keyOf = (snapshot: ConferenceSnapshot): string => `console.runTimes.${snapshot.conference}.${snapshot.opened_at_ms}`;

const isTimes = (value: unknown): value is RunTimes => typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'number');

let cache: { text: string | null; times: RunTimes } = { text: null, times: NONE };

export function readTimes(snapshot: ConferenceSnapshot | null): RunTimes {
  if (snapshot === null) return NONE;
  const text = localStorage.getItem(keyOf(snapshot));
  if (text === cache.text) return cache.times;
  const value: unknown = text === null ? NONE : JSON.parse(text);
  cache = { text, times: isTimes(value) ? value : NONE };
  return cache.times;
}

/** Notes times as long as the desk is open; returns how to stop. */
export function noteRunTimes(store: StoreApi<LiveState>): () => void {
  return store.subscribe((state, old) => {
    const [before, after] = [old.snapshot, state.snapshot];
    if (before === null || after === null || before === after || before.opened_at_ms !== after.opened_at_ms) return;
    const times = readTimes(after);
    const next = follow(times, before, after);
    if (next === times) return;
    localStorage.setItem(keyOf(after), JSON.stringify(next));
    window.dispatchEvent(new Event(CHANGED));
  });
}

const watch = (onChange: () => void): (() => void) => {
  window.addEventListener(CHANGED, onChange);
  window.addEventListener('storage', onChange);
  return () => {
    window.removeEventListener(CHANGED, onChange);
    window.removeEventListener('storage', onChange);
  };
};

export const useRunTimes = (snapshot: ConferenceSnapshot | null): RunTimes => useSyncExternalStore(watch, () => readTimes(snapshot));

/** Over (+) or under (−) in whole minutes, as directors say it. */
export function overText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes === 0) return '±0′';
  return `${minutes > 0 ? '+' : '−'}${Math.abs(minutes)}′`;
}
