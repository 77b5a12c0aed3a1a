import { type Face, type Faces, setWord, toDrawable } from "./fonts.ts";
import type { TextStyle } from "./theme.ts";

/** A part of a line that is set by itself. */
export interface Piece {
  face: Face;
  text: string;
}

/** Dates, times, coordinates: groups of figures that stand below each other from line to line. */
const ALIGNED = /^\d+(?:[-:.]\d+)+,?$/;

/**
 * Cuts drawable text into the pieces that are set one by one: words and the single spaces between them; the figures of
 * dates, times and coordinates in their own face; in the monospaced font single characters, since they do not depend on
 * each other, and hashes, which are all different, would each be set anew.
 */
export function splitPieces(faces: Faces, style: TextStyle, drawable: string): Piece[] {
  const face = faces[style.face];
  if (style.face === "mono") return [...drawable].map((text) => ({ face, text }));
  return drawable.split(/( )/).flatMap((word) => {
    if (word === "") return [];
    if (style.face !== "regular" || !ALIGNED.test(word)) return { face, text: word };
    return word.split(/(\d+)/).flatMap((text) => {
      if (text === "") return [];
      return { face: /\d/.test(text) ? faces.figures : face, text };
    });
  });
}

/** Width in points of a text on one line. */
export function measureText(faces: Faces, text: string, style: TextStyle): number {
  const pieces = splitPieces(faces, style, toDrawable(faces[style.face], text));
  return (pieces.reduce((sum, piece) => sum + setWord(piece.face, piece.text).width, 0) * style.size) / 1000;
}

/**
 * Breaks a text into lines no wider than `width` points, at spaces, and within a word that is wider than a line.
 * A line feed in the text starts a new line. An empty text has one empty line.
 */
export function wrapText(faces: Faces, text: string, style: TextStyle, width: number): string[] {
  const isTooWide = (line: string) => measureText(faces, line, style) > width;
  return text.split("\n").flatMap((paragraph) => {
    const words = paragraph
      .split(/[ \t]+/)
      .flatMap((word) => (isTooWide(word) ? fillLines(graphemes(word), "", isTooWide) : word));
    return fillLines(words, " ", isTooWide);
  });
}

/** Puts parts together into lines as long as they fit. */
function fillLines(parts: string[], between: string, isTooWide: (line: string) => boolean): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}${between}${part}`;
    if (line !== "" && isTooWide(longer)) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}

function graphemes(word: string): string[] {
  return Array.from(new Intl.Segmenter("en").segment(word), ({ segment }) => segment);
}

/** The text on one line of at most `width` points, cut with an ellipsis where it is wider. */
export function fitText(faces: Faces, text: string, style: TextStyle, width: number): string {
  if (measureText(faces, text, style) <= width) return text;
  const characters = graphemes(text);
  while (characters.length > 0 && measureText(faces, `${characters.join("")}…`, style) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
