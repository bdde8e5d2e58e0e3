import { describe, expect, it } from 'vitest';

import { UNITS_ACROSS, checkOf, readBlockCode } from './blockCode';
import type { Pixels } from './blockCode';

/** Draws the code as mcu/block-code does, with some noise. */
function draw(payload: number, cellWidth: number, noise: number): Pixels {
  const height = Math.ceil((4 * cellWidth) / UNITS_ACROSS);
  const data = new Uint8ClampedArray(cellWidth * height * 4);
  const edge = (index: number): number => Math.floor(((index + 1) * cellWidth) / UNITS_ACROSS);
  const words = [payload, checkOf(payload)];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < cellWidth; x += 1) {
      let value = 0;
      words.forEach((word, row) => {
        for (let column = 0; column < 16; column += 1) {
          const isInside = x >= edge(column) && x < edge(column + 1) && y >= edge(row) && y < edge(row + 1);
          if (isInside && (word & (0x8000 >> column)) !== 0) value = 255;
        }
      });
      const at = 4 * (y * cellWidth + x);
      const noisy = value + ((x * 7 + y * 13) % 3 === 0 ? noise : -noise);
      data[at] = data[at + 1] = data[at + 2] = noisy;
      data[at + 3] = 255;
    }
  }
  return { width: cellWidth, height, data };
}

describe('block code', () => {
  it('has the published check of two zero bytes', () => {
    expect(checkOf(0)).toBe(0x1d0f);
  });

  it('is read at the sizes a wall has, with noise', () => {
    for (const width of [100, 214, 320, 480]) {
      for (const payload of [0, 1, 0x8000, 4711, 0xffff]) expect(readBlockCode(draw(payload, width, 50), width)).toBe(payload);
    }
  });

  it('is not seen in a flat picture, nor in a damaged one', () => {
    for (const value of [0, 16, 128, 235, 255]) {
      const data = new Uint8ClampedArray(320 * 32 * 4).fill(value);
      expect(readBlockCode({ width: 320, height: 32, data }, 320)).toBeNull();
    }
    const damaged = draw(4711, 320, 0);
    damaged.data.fill(255, 4 * (8 * 320 + 8), 4 * (8 * 320 + 40));
    damaged.data.copyWithin(4 * 320 * 9, 4 * 320 * 8, 4 * 320 * 9);
    expect(readBlockCode({ ...damaged, height: 4 }, 320)).toBeNull();
  });
});
