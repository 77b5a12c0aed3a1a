/** Hebrew, Arabic and the other scripts that run from right to left (Unicode 16, Bidi_Class R and AL). */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;

/**
 * Whether a text reads from right to left: its first letter decides, as in the Unicode Bidirectional Algorithm (UAX 9,
 * P2 and P3) and in HTML's `dir="auto"`. For the whole of it, so that its lines begin at one edge.
 */
export function isRightToLeft(text: string): boolean {
  const first = /\p{L}/u.exec(text)?.[0];
  return first !== undefined && RIGHT_TO_LEFT.test(first);
}
