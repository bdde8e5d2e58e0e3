/** A whole number within its bounds, or null for anything else; empty is null too. */
export function wholeNumber(text: string, min: number, max: number): number | null {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isInteger(value) && value >= min && value <= max ? value : null;
}
