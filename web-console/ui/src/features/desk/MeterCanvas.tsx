import { useEffect, useRef } from 'react';

import type { ConferenceSnapshot } from '../../api/mcu';
import { meterShare } from '../../live/meters';
import type { MeterFeed } from '../../live/meters';
import type { Box } from '../../ui/useFit';

/** Width of one bar in CSS pixels. */
const BAR_PX = 5;
/** Shortest pause between two drawings: meters arrive at 25 to 30 Hz. */
const FRAME_MS = 33;

type Spot = { index: number; x: number; y: number; w: number; h: number; isOpen: boolean };

const colourOf = (db: number): string => (db > -6 ? '#ff5a4f' : db > -18 ? '#ffd54f' : '#57d38c');

function drawBar(context: CanvasRenderingContext2D, x: number, spot: Spot, db: number, isLive: boolean): void {
  context.fillStyle = 'rgba(0,0,0,0.65)';
  context.fillRect(x, spot.y, BAR_PX, spot.h);
  const filled = spot.h * meterShare(db);
  context.fillStyle = isLive ? colourOf(db) : '#7a8087';
  context.fillRect(x, spot.y + spot.h - filled, BAR_PX, filled);
}

function spotsOf(snapshot: ConferenceSnapshot, size: Box): Spot[] {
  return snapshot.wall.cells.flatMap((cell) => {
    const index = snapshot.sites.findIndex((site) => site.site === cell.site);
    const site = snapshot.sites[index];
    if (site === undefined || site.connection !== 'joined') return [];
    const [top, height] = [(cell.rect.y * size.height) / 1000, (cell.rect.h * size.height) / 1000];
    const right = ((cell.rect.x + cell.rect.w) * size.width) / 1000;
    return [{ index, x: right - 2 * BAR_PX - 8, y: top + 0.3 * height, w: 2 * BAR_PX + 2, h: 0.42 * height, isOpen: site.mic === 'open' }];
  });
}

type Props = { feed: MeterFeed; snapshot: ConferenceSnapshot; size: Box; isTrusted: boolean };

/** Two bars per joined site (RMS, peak) on one canvas; a closed microphone's bars are grey. */
export function MeterCanvas({ feed, snapshot, size, isTrusted }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  // Where the bars stand is looked up at each drawing, so that a snapshot does not start the canvas afresh.
  const spots = useRef<Spot[]>([]);
  useEffect(() => {
    spots.current = isTrusted ? spotsOf(snapshot, size) : [];
  }, [snapshot, size, isTrusted]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d') ?? null;
    if (canvas.current === null || context === null) return undefined;
    const scale = window.devicePixelRatio;
    canvas.current.width = Math.round(size.width * scale);
    canvas.current.height = Math.round(size.height * scale);
    context.setTransform(scale, 0, 0, scale, 0, 0);
    let frame = 0;
    let drawn = 0;
    const draw = (now: number): void => {
      frame = requestAnimationFrame(draw);
      if (now - drawn < FRAME_MS) return;
      drawn = now;
      context.clearRect(0, 0, size.width, size.height);
      for (const spot of spots.current) {
        const level = feed.at(spot.index, performance.now());
        if (level === null) continue;
        drawBar(context, spot.x, spot, level.rmsDb, spot.isOpen);
        drawBar(context, spot.x + BAR_PX + 2, spot, level.peakDb, spot.isOpen);
      }
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [feed, size]);
  return <canvas ref={canvas} className="meters" style={size} aria-hidden="true" />;
}
