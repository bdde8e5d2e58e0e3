/** The planned end: pure. */

const DAY_MS = 86_400_000;

/** The next time the clock shows that: today, else tomorrow. Null for what is no time. */
export function nextClockTime(text: string, nowMs: number): number | null {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return null;
  const at = new Date(nowMs).setHours(Number(match[1]), Number(match[2]), 0, 0);
  return at > nowMs ? at : at + DAY_MS;
}

/** Later by that: from the planned end, or from now when it has passed or there is none. */
export const extended = (endsAtMs: number | null, nowMs: number, minutes: number): number => Math.max(endsAtMs ?? nowMs, nowMs) + minutes * 60_000;
