/** Days, spans and shares as this page writes them. */

import { spanText, timeText } from '../../ui/clock';

const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-11-23`, local time. */
export function dayText(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

export const momentText = (atMs: number): string => `${dayText(atMs)} ${timeText(atMs)}`;

/** A dash for what is not known. */
export const maybeTime = (atMs: number | null | undefined): string => (atMs == null ? '—' : timeText(atMs));

export const maybeSpan = (ms: number | null | undefined): string => (ms == null ? '' : spanText(ms));

/** `97.5%` */
export const shareText = (permille: number | null | undefined): string => (permille == null ? '—' : `${(permille / 10).toFixed(1)}%`);
