/** A number as a drawing holds it: two decimals, never `-0` or an exponent, so that equal drawings are equal bytes. */
export function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}
