import { describe, expect, it } from 'vitest';

import { METERS_STALE_MS, MeterFeed, decodeMeters, meterShare } from './meters';

const frame = (bytes: number[]): ArrayBuffer => Int8Array.from(bytes).buffer;

describe('meters', () => {
  it('are decoded as signed decibels in site order', () => {
    expect(decodeMeters(frame([1, 2, -20, -9, -60, 0]))).toEqual([
      { rmsDb: -20, peakDb: -9 },
      { rmsDb: -60, peakDb: 0 },
    ]);
  });

  it('of another version or length are not taken', () => {
    expect(decodeMeters(frame([2, 0]))).toBeNull();
    expect(decodeMeters(frame([1, 2, -20, -9]))).toBeNull();
    expect(decodeMeters(frame([]))).toBeNull();
  });

  it('grow old', () => {
    const feed = new MeterFeed();
    expect(feed.at(0, 0)).toBeNull();
    feed.accept(frame([1, 1, -20, -9]), 1000);
    expect(feed.at(0, 1000 + METERS_STALE_MS)).toEqual({ rmsDb: -20, peakDb: -9 });
    expect(feed.at(0, 1001 + METERS_STALE_MS)).toBeNull();
    expect(feed.at(1, 1000)).toBeNull();
  });

  it('fill the bar from −60 to 0', () => {
    expect([-90, -60, -30, 0, 3].map(meterShare)).toEqual([0, 0, 0.5, 1, 1]);
  });
});
