/** Acts that wait before they really go, so that they can be recalled (console.md §2.3): the end of the meeting and public text. Pure.
 *
 * They wait here, in the page: the MCU knows of a confirmation, not of a delay. Leaving the page drops them; it is told when the desk is opened again. */

import type { Command, ConferenceSnapshot, Overlay } from '../api/mcu';

/** Long enough to see one's mistake and press a key, short enough to wait for. */
export const RECALL_MS = 10_000;
/** A machine that slept must not end a meeting an hour later. */
export const LATE_MS = 5_000;

export type Delayed = {
  key: string;
  command: Command;
  /** By the machine's clock, which goes on while it sleeps. */
  dueWallMs: number;
  /** What stood on air when it was asked for. */
  overlays: readonly Overlay[];
};

/** Why something that waited was not done. */
export type HeldWhy = 'recalled' | 'replaced' | 'changed' | 'late' | 'left';

/** The text of an overlay that people read as said by the authority; clocks and marks have none. */
function textOf(overlay: Overlay): string {
  switch (overlay.overlay) {
    case 'banner':
    case 'ticker':
    case 'classification':
      return overlay.of.text;
    case 'lower_third':
      return `${overlay.of.title}\n${overlay.of.subtitle}`;
    case 'countdown':
      return overlay.of.label;
    case 'clock':
    case 'mark':
      return '';
  }
}

const textsOf = (overlays: readonly Overlay[]): Set<string> => new Set(overlays.map(textOf).filter((text) => text.trim() !== ''));

/** Whether it shows text that is not on air yet. Taking away, moving and slates go at once: they are what one does when something is wrong. */
export function bringsPublicText(command: Command, snapshot: ConferenceSnapshot | null): boolean {
  if (command.cmd !== 'set_overlays') return false;
  const there = textsOf(snapshot?.settings.overlays ?? []);
  return [...textsOf(command.args.overlays)].some((text) => !there.has(text));
}

/** Whether it waits once it was asked for, and confirmed where it must be. */
export const isDelayed = (command: Command, snapshot: ConferenceSnapshot | null): boolean => command.cmd === 'end' || bringsPublicText(command, snapshot);

/** Why it must not go when its time has come; null when it may. */
export function heldBack(delayed: Delayed, snapshot: ConferenceSnapshot | null, wallMs: number): HeldWhy | null {
  if (wallMs > delayed.dueWallMs + LATE_MS) return 'late';
  const isText = delayed.command.cmd === 'set_overlays';
  return isText && JSON.stringify(snapshot?.settings.overlays ?? []) !== JSON.stringify(delayed.overlays) ? 'changed' : null;
}

export const secondsLeft = (delayed: Delayed, wallMs: number): number => Math.max(0, Math.ceil((delayed.dueWallMs - wallMs) / 1000));
