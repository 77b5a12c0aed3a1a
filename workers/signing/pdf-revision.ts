import { PDFArray, PDFContext, PDFDict, PDFName, PDFNumber, type PDFObject, PDFObjectParser, PDFRef } from "pdf-lib";
import type { ByteSpan, PdfSource } from "./pdf-source.ts";
import { Refused } from "./refused.ts";

/** How far from a file's end `startxref` is looked for, in bytes. */
const TAIL = 1024;
const MAX_REVISIONS = 1000;
/** The largest object and the largest trailer that are read, in bytes. */
const MAX_OBJECT = 16 * 1024 * 1024;
const MAX_TRAILER = 64 * 1024;

/**
 * A PDF as its newest revision shows it. Only what is asked for is read and parsed, straight from its offset: the size
 * of the file does not matter.
 */
export interface PdfRevision {
  /** Holds the objects that were looked up, and gives numbers to new ones. */
  context: PDFContext;
  trailer: PDFDict;
  /** Offset of the newest cross-reference table, in bytes. */
  startXref: number;
  catalogRef: PDFRef;
  catalog: PDFDict;
  /** What an object is, a reference being followed; undefined for nothing, a free number or null. */
  lookup(object: PDFObject | undefined): PDFObject | undefined;
}

/**
 * Reads the cross-reference tables and the catalog of a PDF (ISO 32000-1, clause 7.5).
 *
 * @throws Refused for cross-reference streams, for encryption, and for a file that is damaged there
 */
export function readPdfRevision(pdf: PdfSource): PdfRevision {
  const context = PDFContext.create();
  const startXref = findStartXref(pdf);
  const { trailer, offsets, boundaries } = readCrossReferences(pdf, startXref, context);
  if (trailer.get(PDFName.of("Encrypt"))) throw new Refused("the PDF is encrypted");
  const size = trailer.get(PDFName.of("Size"));
  if (!(size instanceof PDFNumber)) throw new Refused("the PDF's trailer has no size");
  context.largestObjectNumber = size.asNumber() - 1;

  const lookup = (object: PDFObject | undefined): PDFObject | undefined => {
    if (!(object instanceof PDFRef)) return object;
    const known = context.lookup(object);
    if (known) return known;
    const offset = offsets.get(object.objectNumber);
    if (offset === undefined) return undefined;
    const parsed = parseIndirectObject(pdf, [offset, nextBoundary(boundaries, offset)], object, context);
    context.assign(object, parsed);
    return parsed;
  };
  const catalogRef = trailer.get(PDFName.of("Root"));
  const catalog = lookup(catalogRef);
  if (!(catalogRef instanceof PDFRef) || !(catalog instanceof PDFDict)) throw new Refused("the PDF has no catalog");
  return { context, trailer, startXref, catalogRef, catalog, lookup };
}

function findStartXref(pdf: PdfSource): number {
  const tail = latin1(pdf.read(Math.max(0, pdf.size - TAIL), pdf.size));
  const offset = /startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(tail)?.[1];
  if (offset === undefined) throw new Refused("the PDF does not end with startxref and %%EOF");
  return Number(offset);
}

interface CrossReferences {
  /** The newest trailer. */
  trailer: PDFDict;
  /** Where each object in use is, by its number. */
  offsets: Map<number, number>;
  /** Where anything begins, ascending, with the file's end: an object goes no further than the next of them. */
  boundaries: number[];
}

function readCrossReferences(pdf: PdfSource, startXref: number, context: PDFContext): CrossReferences {
  const offsets = new Map<number, number>();
  const seen = new Set<number>();
  const boundaries = new Set([pdf.size]);
  let newest: PDFDict | null = null;
  let next: number | null = startXref;
  while (next !== null) {
    if (seen.has(next) || seen.size >= MAX_REVISIONS) throw new Refused("the PDF's revisions run in a circle");
    seen.add(next);
    const { entries, trailer } = readTable(pdf, next, context);
    boundaries.add(next);
    for (const [number, offset] of entries) {
      boundaries.add(offset);
      if (!offsets.has(number)) offsets.set(number, offset);
    }
    newest ??= trailer;
    const previous: PDFObject | undefined = trailer.get(PDFName.of("Prev"));
    next = previous instanceof PDFNumber ? previous.asNumber() : null;
  }
  if (!newest) throw new Refused("the PDF has no trailer");
  // A freed number was kept as 0, so that an older revision's object does not come back.
  for (const [number, offset] of offsets) if (offset === 0) offsets.delete(number);
  return { trailer: newest, offsets, boundaries: [...boundaries].sort((a, b) => a - b) };
}

/** One table with its trailer: subsections of entries that are 20 bytes each (ISO 32000-1, clause 7.5.4). */
function readTable(pdf: PdfSource, start: number, context: PDFContext) {
  const head = /^xref\s+/.exec(latin1(pdf.read(start, start + 16)));
  if (!head) throw new Refused("the PDF has no cross-reference table (cross-reference streams are not read)");
  const entries: [number: number, offset: number][] = [];
  let position = start + head[0].length;
  for (;;) {
    const subsection = /^(\d{1,10}) (\d{1,10})\s*?\r?\n/.exec(latin1(pdf.read(position, position + 32)));
    if (!subsection) break;
    const [line, first, count] = [subsection[0], Number(subsection[1]), Number(subsection[2])];
    position += line.length;
    if (position + count * 20 > pdf.size) throw new Refused("the PDF's cross-reference table is cut short");
    const lines = Buffer.from(pdf.read(position, position + count * 20)).toString("latin1");
    for (let index = 0; index < count; index++) {
      const entry = /^(\d{10}) \d{5} ([nf])/.exec(lines.slice(index * 20, index * 20 + 20));
      if (!entry) throw new Refused("the PDF's cross-reference table cannot be read");
      entries.push([first + index, entry[2] === "n" ? Number(entry[1]) : 0]);
    }
    position += count * 20;
  }
  const keyword = /^\s*trailer\s*/.exec(latin1(pdf.read(position, position + 32)));
  if (!keyword) throw new Refused("the PDF's cross-reference table has no trailer");
  const trailer = parseObject(pdf, [position + keyword[0].length, position + MAX_TRAILER], context);
  if (!(trailer instanceof PDFDict)) throw new Refused("the PDF's trailer is not a dictionary");
  if (trailer.get(PDFName.of("XRefStm"))) throw new Refused("the PDF is a hybrid-reference file");
  return { entries, trailer };
}

function nextBoundary(boundaries: readonly number[], offset: number): number {
  let [low, high] = [0, boundaries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((boundaries[middle] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return boundaries[low] ?? offset;
}

function parseIndirectObject(pdf: PdfSource, [offset, end]: ByteSpan, ref: PDFRef, context: PDFContext): PDFObject {
  const head = /^(\d{1,10})\s+(\d{1,5})\s+obj\s*/.exec(latin1(pdf.read(offset, offset + 40)));
  if (Number(head?.[1]) !== ref.objectNumber || Number(head?.[2]) !== ref.generationNumber) {
    throw new Refused(`the PDF has no object ${ref.tag} where its cross-reference table says`);
  }
  return parseObject(pdf, [offset + (head?.[0].length ?? 0), end], context);
}

function parseObject(pdf: PdfSource, [offset, end]: ByteSpan, context: PDFContext): PDFObject {
  if (end - offset > MAX_OBJECT) throw new Refused(`the PDF's object at ${offset} is too large`);
  try {
    return PDFObjectParser.forBytes(pdf.read(offset, end), context).parseObject();
  } catch (cause) {
    // Whatever the parser says of bytes that are no object.
    throw new Refused(`the PDF has no object at ${offset}`, { cause });
  }
}

/** The array that a value is, directly or by reference; null where it is something else. */
export function readArray(revision: PdfRevision, value: PDFObject | undefined): PDFArray | null {
  const array = revision.lookup(value);
  return array instanceof PDFArray ? array : null;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
