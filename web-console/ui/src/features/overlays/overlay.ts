/** Overlays by value: making, checking, comparing. Pure. */

import type { Overlay } from '../../api/mcu';

export type Kind = Overlay['overlay'];
export const KINDS: readonly Kind[] = ['banner', 'ticker', 'lower_third', 'clock', 'countdown', 'classification', 'mark'];
export const MAX_OVERLAYS = 16;
const MAX_TEXT_BYTES = 1000;
/** 北京时间 */
export const BEIJING_MIN = 480;
export const CLASSES = ['内部', '秘密★', '机密★', '绝密★'] as const;

/** One line of the draft: an overlay that may be kept back for later. */
export type Row = { key: number; on: boolean; overlay: Overlay };

export function makeOverlay(kind: Kind, title: string, nowMs: number): Overlay {
  switch (kind) {
    case 'banner':
      return { overlay: 'banner', of: { text: title, at: 'top' } };
    case 'ticker':
      return { overlay: 'ticker', of: { text: '', at: 'bottom', speed_px_s: 100 } };
    case 'lower_third':
      return { overlay: 'lower_third', of: { title: '', subtitle: '' } };
    case 'clock':
      return { overlay: 'clock', of: { utc_offset_min: BEIJING_MIN } };
    case 'countdown':
      return { overlay: 'countdown', of: { label: '', until_ms: Math.ceil(nowMs / 60_000) * 60_000 + 600_000 } };
    case 'classification':
      return { overlay: 'classification', of: { text: CLASSES[0] } };
    case 'mark':
      return { overlay: 'mark', of: 'recording' };
  }
}

export type Fault = 'empty' | 'long' | 'control' | 'speed' | 'zone' | 'past';

function textFault(text: string, least: number): Fault | null {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes < least) return 'empty';
  if (bytes > MAX_TEXT_BYTES) return 'long';
  return /\p{Cc}/u.test(text) ? 'control' : null;
}

/** What the MCU would refuse, and a countdown that is over already. */
export function faultOf(overlay: Overlay, nowMs: number): Fault | null {
  switch (overlay.overlay) {
    case 'banner':
    case 'classification':
      return textFault(overlay.of.text, 1);
    case 'ticker':
      return overlay.of.speed_px_s >= 10 && overlay.of.speed_px_s <= 500 ? textFault(overlay.of.text, 1) : 'speed';
    case 'lower_third':
      return textFault(overlay.of.title, 1) ?? textFault(overlay.of.subtitle, 0);
    case 'clock':
      return overlay.of.utc_offset_min >= -720 && overlay.of.utc_offset_min <= 840 ? null : 'zone';
    case 'countdown':
      return overlay.of.until_ms > nowMs ? textFault(overlay.of.label, 0) : 'past';
    case 'mark':
      return null;
  }
}

export const wanted = (rows: readonly Row[]): Overlay[] => rows.filter((row) => row.on).map((row) => row.overlay);

/** JSON with keys in one order, so that equal things compare equal. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export const isSame = (a: unknown, b: unknown): boolean => plain(a) === plain(b);

/** What applying takes away and brings: what stands in both is left alone; `order` when only the drawing order differs. */
export function difference(onAir: readonly Overlay[], next: readonly Overlay[]): { added: Overlay[]; removed: Overlay[]; order: boolean } {
  const left = onAir.map(plain);
  const added = next.filter((overlay) => {
    const at = left.indexOf(plain(overlay));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const rest = next.map(plain);
  const removed = onAir.filter((overlay) => {
    const at = rest.indexOf(plain(overlay));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return { added, removed, order: added.length === 0 && removed.length === 0 && !isSame(onAir, next) };
}

let lastKey = 0;
export const freshRow = (overlay: Overlay, on = true): Row => {
  lastKey += 1;
  return { key: lastKey, on, overlay };
};

/** Takes over what is on air; lines kept back stay. */
export const fromAir = (onAir: readonly Overlay[], rows: readonly Row[]): Row[] => [...onAir.map((overlay) => freshRow(overlay)), ...rows.filter((row) => !row.on)];

export function moved<T>(list: readonly T[], index: number, by: 1 | -1): T[] {
  const to = index + by;
  const item = list[index];
  if (item === undefined || to < 0 || to >= list.length) return [...list];
  const others = list.filter((_, other) => other !== index);
  return [...others.slice(0, to), item, ...others.slice(to)];
}
