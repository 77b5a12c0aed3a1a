/** Hebrew, Arabic and the other scripts that run from right to left (Unicode 16, Bidi_Class R and AL). */
const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u;
const LETTER = /\p{L}/u;

const MIRRORED: Record<string, string> = { "(": ")", ")": "(", "[": "]", "]": "[", "«": "»", "»": "«" };

function hasRightToLeft(text: string): boolean {
  return RIGHT_TO_LEFT.test(text);
}

/**
 * The pieces of a line in the order in which they stand from left to right, the line itself running so (UAX 9, with what
 * runs the other way one level deep): words of a script that runs from right to left change places, and with them the
 * spaces, figures and brackets between two of them, while figures keep their own order.
 */
export function inVisualOrder<Piece extends { text: string }>(pieces: Piece[]): Piece[] {
  const isRightToLeft = (piece: Piece | undefined) => piece !== undefined && hasRightToLeft(piece.text);
  const ordered: Piece[] = [];
  for (let start = 0; start < pieces.length; ) {
    let end = start;
    let open = 0;
    for (let next = start; next < pieces.length; next += 1) {
      const text = pieces[next]?.text ?? "";
      if (isRightToLeft(pieces[next])) end = next + 1;
      else if (LETTER.test(text) || !isRightToLeft(pieces[start])) break;
      else if (/^[([«]$/.test(text)) open += 1;
      else if (/^[)\]»]$/.test(text) && open > 0) {
        // It runs the way of the bracket that it closes.
        open -= 1;
        end = next + 1;
      }
    }
    if (end === start) end = start + 1;
    const run = pieces.slice(start, end);
    ordered.push(...(isRightToLeft(run[0]) ? turnAround(run) : run));
    start = end;
  }
  return ordered;
}

/** From the last to the first; what stands together without a letter, as the parts of a date, stays in its order. */
function turnAround<Piece extends { text: string }>(run: Piece[]): Piece[] {
  const groups: Piece[][] = [];
  let figures: Piece[] | undefined;
  for (const piece of run) {
    if (!/\d|^[.,:/-]$/.test(piece.text)) {
      figures = undefined;
      groups.push([{ ...piece, text: MIRRORED[piece.text] ?? piece.text }]);
    } else if (figures === undefined) {
      figures = [piece];
      groups.push(figures);
    } else figures.push(piece);
  }
  return groups.reverse().flat();
}
