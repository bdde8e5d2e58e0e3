/** A bit rate as people write it: `96 kbit/s`, `1.4 Mbit/s`. */
export function rateText(bps: number): string {
  return bps < 1_000_000 ? `${Math.round(bps / 1000)} kbit/s` : `${(bps / 1_000_000).toFixed(1)} Mbit/s`;
}
