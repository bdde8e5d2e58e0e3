/** Days and clock times in the zone of the bookings, whatever the browser's own. Pure. */

/** `2026-11-23 09:00` */
const stamp = (ms: number, zone: string): string => new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(ms);

/** `2026-11-23` */
export const dayOf = (ms: number, zone: string): string => stamp(ms, zone).slice(0, 10);

/** `09:00` */
export const clockOf = (ms: number, zone: string): string => stamp(ms, zone).slice(11, 16);

/** `11-23 09:00` */
export const dayClockOf = (ms: number, zone: string): string => stamp(ms, zone).slice(5, 16);

/** So many days later, as a day. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** 1 is Monday, 7 Sunday. */
export const weekdayOf = (day: string): number => ((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7) + 1;

/** Beginning of a day in the zone, ms since 1970. Looks for it around midnight UTC, so that no zone's rules need be known. */
export function dayStart(day: string, zone: string): number {
  const noon = Date.parse(`${day}T12:00:00Z`);
  const shown = Date.parse(`${stamp(noon, zone).replace(' ', 'T')}:00Z`);
  return Date.parse(`${day}T00:00:00Z`) - (shown - noon);
}
