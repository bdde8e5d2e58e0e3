/** Sound meters from binary messages: version 1, count n, then n × (RMS dBFS, peak dBFS) as signed bytes in site order. */

/** The one version understood. */
const VERSION = 1;
/** Meters older than this show nothing: the MCU sends them at 25 Hz or so. */
export const METERS_STALE_MS = 600;

export type Level = { rmsDb: number; peakDb: number };

/** The levels, or null when the bytes are no meters. */
export function decodeMeters(buffer: ArrayBuffer): Level[] | null {
  const view = new DataView(buffer);
  if (view.byteLength < 2 || view.getUint8(0) !== VERSION) return null;
  const count = view.getUint8(1);
  if (view.byteLength !== 2 + 2 * count) return null;
  const levels: Level[] = [];
  for (let index = 0; index < count; index += 1) {
    levels.push({ rmsDb: view.getInt8(2 + 2 * index), peakDb: view.getInt8(3 + 2 * index) });
  }
  return levels;
}

/** Share of the bar that is filled, 0 to 1, for −60 to 0 dBFS. */
export const meterShare = (db: number): number => Math.min(1, Math.max(0, (db + 60) / 60));

/** The latest levels; read by the canvas 30 times a second, never by React. */
export class MeterFeed {
  levels: Level[] = [];
  receivedMs = Number.NEGATIVE_INFINITY;

  accept(buffer: ArrayBuffer, nowMs: number): void {
    const levels = decodeMeters(buffer);
    if (levels === null) return;
    this.levels = levels;
    this.receivedMs = nowMs;
  }

  at(index: number, nowMs: number): Level | null {
    if (nowMs - this.receivedMs > METERS_STALE_MS) return null;
    return this.levels[index] ?? null;
  }
}
