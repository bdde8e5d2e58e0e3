/** Whether the wall's picture and the list of its cells belong together. */

import { useEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

import type { CellList, WallRect } from '../api/mcu';
import { UNITS_ACROSS, readBlockCode } from './blockCode';

/** A difference that lasts longer is told as one: the picture is behind the list by its encoding and the network. */
export const DIFFERENCE_MS = 2000;
/** How often the picture is read. */
const READ_EVERY_MS = 400;

/** `unread`: no picture; `checking`: differs since a moment; `mismatch`: differs for longer than that. */
export type WallAgreement = 'unread' | 'match' | 'checking' | 'mismatch';

export type Reading = { agreement: WallAgreement; differsSinceMs: number | null };

/** Judges one reading. `seen` is what the picture says, null when unreadable, undefined when there is no picture. */
export function judge(before: Reading, seen: number | null | undefined, wanted: number, nowMs: number): Reading {
  if (seen === undefined) return { agreement: 'unread', differsSinceMs: null };
  if (seen === wanted) return { agreement: 'match', differsSinceMs: null };
  const since = before.differsSinceMs ?? nowMs;
  return { agreement: nowMs - since > DIFFERENCE_MS ? 'mismatch' : 'checking', differsSinceMs: since };
}

function readFrom(video: HTMLVideoElement, canvas: HTMLCanvasElement, code: WallRect): number | null | undefined {
  if (video.videoWidth === 0 || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return undefined;
  const x = Math.floor((code.x * video.videoWidth) / 1000);
  const y = Math.floor((code.y * video.videoHeight) / 1000);
  const width = Math.floor((code.w * video.videoWidth) / 1000);
  // One block of edge, two rows, and a block to spare.
  const height = Math.ceil((4 * width) / UNITS_ACROSS);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null || width === 0) return undefined;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.drawImage(video, x, y, width, height, 0, 0, width, height);
  return readBlockCode(context.getImageData(0, 0, width, height), width);
}

/** Keeps reading the wall's revision out of its picture. */
export function useWallAgreement(video: RefObject<HTMLVideoElement | null>, wall: CellList | null): WallAgreement {
  const [reading, setReading] = useState<Reading>({ agreement: 'unread', differsSinceMs: null });
  const canvas = useRef<HTMLCanvasElement | null>(null);
  const revision = wall?.revision;
  const code = wall?.code ?? null;
  useEffect(() => {
    if (code === null || revision === undefined) return undefined;
    const timer = setInterval(() => {
      canvas.current ??= document.createElement('canvas');
      const seen = video.current === null ? undefined : readFrom(video.current, canvas.current, code);
      setReading((before) => {
        const next = judge(before, seen, revision, performance.now());
        return next.agreement === before.agreement && next.differsSinceMs === before.differsSinceMs ? before : next;
      });
    }, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [video, code, revision]);
  return reading.agreement;
}
