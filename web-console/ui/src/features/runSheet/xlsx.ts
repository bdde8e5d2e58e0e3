/** XLSX in and out; loaded only when such a file is chosen. No worker is used: the console's policy allows none. */

import { readSheet } from 'read-excel-file/universal';
import writeXlsxFile from 'write-excel-file/universal';

const two = (value: number): string => String(value).padStart(2, '0');

/** A cell as a person would type it; times of day are what sheets keep as fractions or as dates of 1899. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) {
    const time = `${two(value.getUTCHours())}:${two(value.getUTCMinutes())}`;
    return value.getUTCFullYear() < 1910 ? time : `${value.getUTCFullYear()}-${two(value.getUTCMonth() + 1)}-${two(value.getUTCDate())} ${time}`;
  }
  if (typeof value === 'number' && value > 0 && value < 1) {
    const minutes = Math.round(value * 1440);
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

export async function readXlsx(file: Blob): Promise<string[][]> {
  const rows = await readSheet(file);
  return rows.map((row) => row.map(cellText));
}

export async function xlsxBlob(rows: readonly (readonly string[])[], widths: readonly number[]): Promise<Blob> {
  const data = rows.map((row, index) => row.map((value) => (index === 1 ? { type: String, value, fontWeight: 'bold' as const } : { type: String, value })));
  return writeXlsxFile(data, { columns: widths.map((width) => ({ width })) }).toBlob();
}
