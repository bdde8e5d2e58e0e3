/** Lets acts wait: timers, and the memory of the tab, so that what was dropped with the page is told when it comes back. */

import type { Command } from '../api/mcu';
import type { Delayed } from './delayed';

const recordKey = (conference: string): string => `console.delayed.${conference}`;

const isCommand = (value: unknown): value is Command => typeof value === 'object' && value !== null && 'cmd' in value && typeof value.cmd === 'string' && 'args' in value;

/** What waited in this tab when its page went away; told once. */
export function takeLeft(conference: string): Command[] {
  const text = sessionStorage.getItem(recordKey(conference));
  sessionStorage.removeItem(recordKey(conference));
  try {
    const value: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(value) ? value.filter(isCommand) : [];
  } catch {
    return [];
  }
}

const remember = (conference: string, waiting: readonly Delayed[]): void => {
  if (waiting.length === 0) sessionStorage.removeItem(recordKey(conference));
  else sessionStorage.setItem(recordKey(conference), JSON.stringify(waiting.map((one) => one.command)));
};

export type Waiting = {
  add: (delayed: Delayed) => void;
  /** Takes it out of the waiting; false when it is not there any more. */
  take: (key: string) => boolean;
  /** The page goes away: nothing goes any more, and the memory stays. */
  leave: () => void;
};

export function createWaiting(conference: string, onChange: (waiting: Delayed[]) => void, onDue: (delayed: Delayed) => void): Waiting {
  let all: { delayed: Delayed; timer: ReturnType<typeof setTimeout> }[] = [];
  const onUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
  const changed = (): void => {
    const waiting = all.map((one) => one.delayed);
    remember(conference, waiting);
    if (waiting.length > 0) window.addEventListener('beforeunload', onUnload);
    else window.removeEventListener('beforeunload', onUnload);
    onChange(waiting);
  };
  const take = (key: string): boolean => {
    const found = all.find((one) => one.delayed.key === key);
    if (found === undefined) return false;
    clearTimeout(found.timer);
    all = all.filter((one) => one !== found);
    changed();
    return true;
  };
  return {
    add: (delayed) => {
      const due = (): void => {
        if (take(delayed.key)) onDue(delayed);
      };
      all = [...all, { delayed, timer: setTimeout(due, Math.max(0, delayed.dueWallMs - Date.now())) }];
      changed();
    },
    take,
    leave: () => {
      for (const one of all) clearTimeout(one.timer);
      all = [];
      window.removeEventListener('beforeunload', onUnload);
      onChange([]);
    },
  };
}
