/** Reads the number drawn into a picture as black and white blocks; format as in mcu/block-code. */

const BLOCKS_PER_ROW = 16;
const ROWS = 2;
/** The cell's width in blocks. */
export const UNITS_ACROSS = 40;
/** Middle between black and white once the browser has widened video range to full range. */
const THRESHOLD = 128;

/** CRC-16/CCITT-FALSE of the payload. */
export function checkOf(payload: number): number {
  let crc = 0xffff ^ payload;
  for (let step = 0; step < 16; step += 1) {
    crc = (crc & 0x8000) === 0 ? (crc << 1) & 0xffff : ((crc << 1) ^ 0x1021) & 0xffff;
  }
  return crc;
}

/** Pixels as a canvas gives them. */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray };

const edge = (index: number, cellWidth: number): number => Math.floor(((index + 1) * cellWidth) / UNITS_ACROSS);

function middle(from: number, to: number): [number, number] {
  const quarter = Math.floor((to - from) / 4);
  return [from + quarter, Math.max(to - quarter, from + quarter + 1)];
}

/** Mean luma of the middle of a block, or null outside the picture. */
function brightness(pixels: Pixels, cellWidth: number, row: number, column: number): number | null {
  const [x0, x1] = middle(edge(column, cellWidth), edge(column + 1, cellWidth));
  const [y0, y1] = middle(edge(row, cellWidth), edge(row + 1, cellWidth));
  if (x1 > pixels.width || y1 > pixels.height || x1 <= x0 || y1 <= y0) return null;
  let sum = 0;
  for (let y = y0; y < y1; y += 1) {
    for (let x = x0; x < x1; x += 1) {
      const at = 4 * (y * pixels.width + x);
      sum += 0.299 * (pixels.data[at] ?? 0) + 0.587 * (pixels.data[at + 1] ?? 0) + 0.114 * (pixels.data[at + 2] ?? 0);
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}

/** The payload drawn at the top left of a cell `cellWidth` pixels wide, or null when there is none or its check fails. */
export function readBlockCode(pixels: Pixels, cellWidth: number): number | null {
  const words: number[] = [];
  for (let row = 0; row < ROWS; row += 1) {
    let word = 0;
    for (let column = 0; column < BLOCKS_PER_ROW; column += 1) {
      const bright = brightness(pixels, cellWidth, row, column);
      if (bright === null) return null;
      word = (word << 1) | (bright > THRESHOLD ? 1 : 0);
    }
    words.push(word);
  }
  const [payload, check] = words;
  return payload !== undefined && check === checkOf(payload) ? payload : null;
}
