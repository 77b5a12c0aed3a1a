import { type Face, type Faces, faceFor, isJoiner, setWord, toDrawable } from "./fonts.ts";
import type { TextStyle } from "./theme.ts";
import { inVisualOrder } from "./visual-order.ts";

/** A part of a line that is set by itself. */
export interface Piece {
  face: Face;
  text: string;
}

/** Dates, times, coordinates: groups of figures that stand below each other from line to line. */
const ALIGNED = /^\d+(?:[-:.,]\d+)+,?$/;

/**
 * Spaces at which a line may end: not between a day, its time and UTC, a number and its unit, before the signs that
 * French sets apart, nor after a single letter, which Czech does not leave at the end of a line.
 */
const BREAKS =
  /(?<!«|(?:^|[ \t(])[AIKOSUVZaikosuvz])[ \t]+(?![:;?!»%]|\d\d:\d\d:\d\d|UTC\b|(?<=\d[ \t]+)(?:kB|MB|GB|km|m|s)(?!\p{L}))/u;

/**
 * Cuts drawable text into the pieces that are set one by one, from left to right: words and the single spaces between
 * them; the figures of dates, times and coordinates in their own face; what another script's face has to draw; in the
 * monospaced font single characters, since they do not depend on each other, and hashes, which are all different, would
 * each be set anew.
 */
export function splitPieces(faces: Faces, style: TextStyle, drawable: string): Piece[] {
  const face = faces[style.face];
  const isOneFace = faces.scripts.length === 0 || isCovered(face, drawable);
  if (style.face === "mono" && isOneFace) return [...drawable].map((text) => ({ face, text }));
  const pieces = drawable.split(/( )/).flatMap((word) => {
    if (word === "") return [];
    if (!isOneFace && !isCovered(face, word)) return splitFaces(faces, style, word);
    if (style.face !== "regular" || !ALIGNED.test(word)) return { face, text: word };
    return word.split(/(\d+)/).flatMap((text) => {
      if (text === "") return [];
      return { face: /\d/.test(text) ? faces.figures : face, text };
    });
  });
  return isOneFace ? pieces : inVisualOrder(pieces.flatMap(splitBrackets));
}

/** Brackets by themselves: between words that run from right to left they turn around. */
function splitBrackets({ face, text }: Piece): Piece[] {
  const parts = text.split(/([()[\]«»])/).filter((part) => part !== "");
  return parts.map((part) => ({ face, text: part }));
}

function isCovered({ kit }: Face, text: string): boolean {
  for (const character of text) if (!kit.hasGlyphForCodePoint(character.codePointAt(0) ?? 0)) return false;
  return true;
}

/** Each run of characters with the face that draws it. */
function splitFaces(faces: Faces, style: TextStyle, word: string): Piece[] {
  const pieces: Piece[] = [];
  for (const character of word) {
    const codePoint = character.codePointAt(0) ?? 0;
    const last = pieces.at(-1);
    const face = isJoiner(codePoint) ? last?.face : faceFor(faces, style.face, codePoint);
    if (last !== undefined && (face === last.face || face === undefined)) last.text += character;
    else pieces.push({ face: face ?? faces[style.face], text: character });
  }
  return pieces;
}

/** Width in points of a text on one line. */
export function measureText(faces: Faces, text: string, style: TextStyle): number {
  const pieces = splitPieces(faces, style, toDrawable(faces, style.face, text));
  return (pieces.reduce((sum, piece) => sum + setWord(piece.face, piece.text).width, 0) * style.size) / 1000;
}

/**
 * Breaks a text into lines no wider than `width` points, at spaces, and within a word that is wider than a line: after
 * its hyphens and slashes where that is enough. Words that belong together are parted only where they do not fit a line.
 * A line feed in the text starts a new line. An empty text has one empty line.
 */
export function wrapText(faces: Faces, text: string, style: TextStyle, width: number): string[] {
  const isTooWide = (line: string) => measureText(faces, line, style) > width;
  return text.split("\n").flatMap((paragraph) => {
    const words = paragraph
      .split(BREAKS)
      .flatMap((group) => (isTooWide(group) ? group.split(/[ \t]+/) : group))
      .flatMap((word) => (isTooWide(word) ? breakWord(word, isTooWide) : word));
    return fillLines(words, " ", isTooWide);
  });
}

function breakWord(word: string, isTooWide: (line: string) => boolean): string[] {
  const parts = word.split(/(?<=[\p{L}\p{N}][-/])(?=[\p{L}\p{N}])/u);
  return fillLines(
    parts.flatMap((part) => (isTooWide(part) ? fillLines(graphemes(part), "", isTooWide) : part)),
    "",
    isTooWide,
  );
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
