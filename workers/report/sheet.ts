import { deflateSync } from "node:zlib";
import { PDFHexString, PDFName, type PDFPage, PDFRawStream, type PDFRef } from "pdf-lib";
import { type Face, type Faces, type SetGlyph, setWord, toDrawable } from "./fonts.ts";
import { COLOR, PAGE, type TextStyle } from "./theme.ts";
import { type Piece, splitPieces } from "./type-setting.ts";

/*
 * Drawing on one page. Points count from the page's left and upper edge, in 1/72 inch. What is drawn is kept as the
 * operators of ISO 32000-1, annex A, and compressed as soon as a page is done: as objects of the PDF library the pages
 * of a large report took 200 MB.
 */

export interface Sheet {
  page: PDFPage;
  /** Operators that are not yet in the page. */
  content: string[];
}

/** Moves what was drawn into the page. More may be drawn after, and is moved by the next call. */
export function writeSheet(sheet: Sheet): void {
  if (sheet.content.length === 0) return;
  const { context } = sheet.page.doc;
  const bytes = deflateSync(sheet.content.join("\n"));
  const dict = context.obj({ Filter: "FlateDecode", Length: bytes.length });
  sheet.page.node.addContentStream(context.register(PDFRawStream.of(dict, bytes)));
  sheet.content = [];
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Point {
  x: number;
  y: number;
}

interface Stroke {
  color: string;
  width: number;
  /** Lengths of dash and gap. */
  dash?: [number, number];
}

/** Draws one line of text; `y` is the upper edge of its line. */
export function drawText(sheet: Sheet, faces: Faces, text: string, x: number, y: number, style: TextStyle): void {
  const drawable = toDrawable(faces, style.face, text);
  if (drawable.trim() === "") return;
  const pieces = splitPieces(faces, style, drawable);
  const shown = showPieces(sheet, pieces, style.size);
  // The capitals, about 0.73 of the size, stand in the middle of the line.
  const baseline = down(y + style.lineHeight / 2 + style.size * 0.36);
  const operators = `BT ${paint(style.color)} rg ${round(x)} ${baseline} Td ${shown} ET`;
  const exact = text.normalize("NFC");
  // What is copied, searched and read aloud where it differs from what is drawn (14.9.4): also where a script's letters
  // are drawn in another order, or by signs that several letters share.
  const isDrawn = exact === drawable && pieces.every(({ face }) => !faces.scripts.includes(face));
  sheet.content.push(
    isDrawn ? operators : `/Span <</ActualText ${PDFHexString.fromText(exact)}>> BDC ${operators} EMC`,
  );
}

/** The operators that show pieces one after the other, with the font set where it changes. */
function showPieces(sheet: Sheet, pieces: Piece[], size: number): string {
  const shown: string[] = [];
  let current: Face | undefined;
  let glyphs: SetGlyph[] = [];
  const show = () => {
    if (glyphs.length > 0) shown.push(showGlyphs(glyphs, size));
    glyphs = [];
  };
  for (const { face, text } of pieces) {
    if (face !== current) {
      show();
      sheet.page.node.setFontDictionary(PDFName.of(face.name), face.pdf.ref);
      shown.push(`/${face.name} ${size} Tf`);
      current = face;
    }
    glyphs.push(...setWord(face, text).glyphs);
  }
  show();
  return shown.join(" ");
}

/** Glyphs in runs of the same height above the line, with what moves them sideways between them (9.4.3). */
function showGlyphs(glyphs: SetGlyph[], size: number): string {
  let operators = "[<";
  let rise = 0;
  for (const [index, { code, kern, offset }] of glyphs.entries()) {
    if (offset.y !== rise) {
      operators += `>] TJ ${round((offset.y * size) / 1000)} Ts [<`;
      rise = offset.y;
    }
    const [before, after] = [round(offset.x), index === glyphs.length - 1 ? 0 : round(kern - offset.x)];
    operators += before === 0 ? code : `>${-before}<${code}`;
    if (after !== 0) operators += `>${-after}<`;
  }
  return `${operators}>] TJ${rise === 0 ? "" : " 0 Ts"}`;
}

export function fillBox(sheet: Sheet, box: Box, color: string): void {
  sheet.content.push(`${paint(color)} rg ${rectangle(box)} f`);
}

export function strokeBox(sheet: Sheet, box: Box, line: Stroke): void {
  sheet.content.push(`q ${strokeState(line)} ${rectangle(box)} S Q`);
}

export function strokeLine(sheet: Sheet, from: Point, to: Point, line: Stroke): void {
  sheet.content.push(`q ${strokeState(line)} ${at(from)} m ${at(to)} l S Q`);
}

export function fillShape(sheet: Sheet, points: Point[], color: string): void {
  const path = points.map((point, index) => `${at(point)} ${index === 0 ? "m" : "l"}`).join(" ");
  sheet.content.push(`${paint(color)} rg ${path} h f`);
}

/** Fills many boxes at once. */
export function fillBoxes(sheet: Sheet, boxes: Box[], color: string): void {
  sheet.content.push(`${paint(color)} rg ${boxes.map(rectangle).join(" ")} f`);
}

/** Dots as the round ends of lines without length: a tenth of what circles would take in the file. */
export function strokeDots(sheet: Sheet, centres: Point[], diameter: number, color: string): void {
  if (centres.length === 0) return;
  const path = centres.map((centre) => `${at(centre)} m ${at(centre)} l`).join(" ");
  sheet.content.push(`q 1 J ${strokeState({ color, width: diameter })} ${path} S Q`);
}

/** A circle as four cubic curves; off the true one by less than 0.03 % of its radius. */
export function strokeCircle(sheet: Sheet, centre: Point, radius: number, line: Stroke): void {
  const handle = radius * 0.552_285;
  const point = (x: number, y: number) => at({ x: centre.x + x, y: centre.y + y });
  const path = [
    `${point(radius, 0)} m`,
    `${point(radius, handle)} ${point(handle, radius)} ${point(0, radius)} c`,
    `${point(-handle, radius)} ${point(-radius, handle)} ${point(-radius, 0)} c`,
    `${point(-radius, -handle)} ${point(-handle, -radius)} ${point(0, -radius)} c`,
    `${point(handle, -radius)} ${point(radius, -handle)} ${point(radius, 0)} c`,
  ];
  sheet.content.push(`q ${strokeState(line)} ${path.join(" ")} h S Q`);
}

/** Draws within a box only: what lies outside of it is cut off. */
export function clipTo(sheet: Sheet, box: Box, draw: () => void): void {
  sheet.content.push(`q ${rectangle(box)} W n`);
  draw();
  sheet.content.push("Q");
}

/** Draws an embedded picture so that it fills the box. */
export function drawImage(sheet: Sheet, image: PDFRef, box: Box): void {
  const name = `Im${image.objectNumber}`;
  sheet.page.node.setXObject(PDFName.of(name), image);
  const matrix = `${round(box.width)} 0 0 ${round(box.height)} ${round(box.x)} ${down(box.y + box.height)}`;
  sheet.content.push(`q ${matrix} cm /${name} Do Q`);
}

export function drawRule(sheet: Sheet, x: number, y: number, width: number): void {
  strokeLine(sheet, { x, y }, { x: x + width, y }, { color: COLOR.line, width: 0.6 });
}

function rectangle(box: Box): string {
  return `${round(box.x)} ${down(box.y + box.height)} ${round(box.width)} ${round(box.height)} re`;
}

function strokeState(line: Stroke): string {
  const dash = line.dash === undefined ? "" : ` [${line.dash.join(" ")}] 0 d`;
  return `${paint(line.color)} RG ${round(line.width)} w${dash}`;
}

/** `#rrggbb` as red, green and blue from 0 to 1. */
function paint(color: string): string {
  return [1, 3, 5].map((start) => round(Number.parseInt(color.slice(start, start + 2), 16) / 255)).join(" ");
}

function at(point: Point): string {
  return `${round(point.x)} ${down(point.y)}`;
}

/** PDF counts heights from the page's lower edge. */
function down(y: number): number {
  return round(PAGE.height - y);
}

/** A thousandth of a point is far below what any device can show; more digits would only make the file larger. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
