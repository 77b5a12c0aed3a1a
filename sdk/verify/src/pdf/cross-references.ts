import { Unreadable } from "../report.ts";
import { decodeStream } from "./decode-stream.ts";
import { type Dict, isDict, isInteger, isName, Stream } from "./objects.ts";
import { isWhite, ObjectReader, parseIndirectObject } from "./parse-object.ts";
import type { ReadingBudget } from "./reading-budget.ts";

/** Where an object is: at an offset, or the `index`-th of an object stream; or it is free. */
export type Place =
  | { kind: "offset"; offset: number; generation: number }
  | { kind: "compressed"; stream: number; index: number }
  | { kind: "free" };

/** One cross-reference section, with its trailer: what one revision says. */
export interface Section {
  /** Where it begins, and where its trailer (or its stream object) ends. */
  start: number;
  end: number;
  places: Map<number, Place>;
  trailer: Dict;
  /** The object number of a cross-reference stream; null for a table. */
  stream: number | null;
}

const MAX_SECTIONS = 200;
const MAX_OBJECTS = 1_000_000;
const MAX_DECODED = 64 * 1024 * 1024;
/** How far before the file's end `startxref` may stand, in bytes. */
const TAIL = 1024;
const decoder = new TextDecoder("latin1");

/**
 * The offset that `startxref` names just before `end`, and where `%%EOF` ends; undefined where a file that ended there
 * would have none.
 */
export function readStartXref(
  bytes: Uint8Array,
  end: number,
): { offset: number; keyword: number; eof: number } | undefined {
  const from = Math.max(0, end - TAIL);
  const tail = decoder.decode(bytes.subarray(from, end));
  const found = /startxref[\r\n ]+(\d{1,12})[\r\n ]+%%EOF(\r\n|\n|\r)?$/.exec(tail);
  if (!found) return undefined;
  return { offset: Number(found[1]), keyword: from + found.index, eof: end - (found[2]?.length ?? 0) };
}

/**
 * All sections, the newest first, by `startxref` and `Prev` (ISO 32000-1, clause 7.5). Hybrid-reference files, which
 * show two readers two documents, are refused, and encrypted ones.
 *
 * @throws Unreadable
 */
export async function readSections(bytes: Uint8Array, budget: ReadingBudget): Promise<Section[]> {
  const start = readStartXref(bytes, bytes.length);
  if (!start) throw new Unreadable("damaged", "the PDF does not end with startxref and %%EOF");
  const sections: Section[] = [];
  const seen = new Set<number>();
  let objects = 0;
  for (let next: number | undefined = start.offset; next !== undefined; ) {
    if (seen.has(next)) throw new Unreadable("damaged", "the PDF's revisions run in a circle");
    if (seen.size >= MAX_SECTIONS) throw new Unreadable("too_large", "the PDF has too many revisions");
    if (next >= bytes.length) throw new Unreadable("damaged", "the PDF's cross-references lie outside of it");
    seen.add(next);
    const section: Section =
      bytes[next] === 0x78 ? readTable(bytes, budget, next) : await readXrefStream(bytes, budget, next);
    objects += section.places.size;
    if (objects > MAX_OBJECTS) throw tooMany();
    checkTrailer(section.trailer);
    sections.push(section);
    const previous = section.trailer.get("Prev");
    if (previous !== undefined && !isInteger(previous)) throw new Unreadable("damaged", "the PDF's trailer is damaged");
    next = previous;
  }
  checkSizes(sections);
  return sections;
}

/** Objects beyond a trailer's `Size` are missing to some readers and there to others (ISO 32000-1, clause 7.5.5). */
function checkSizes(sections: readonly Section[]): void {
  let highest = 0;
  for (const { places, trailer } of sections.toReversed()) {
    for (const [number, { kind }] of places) if (kind !== "free" && number > highest) highest = number;
    const size = trailer.get("Size");
    if (!isInteger(size) || size <= highest)
      throw new Unreadable("damaged", "the PDF's trailer says that there are fewer objects than there are");
  }
}

function tooMany(): Unreadable {
  return new Unreadable("too_large", "the PDF has too many objects");
}

/** Where an object is as the newest of these sections has it, which stand before older ones. */
export function findPlace(sections: readonly Section[], number: number): Place | undefined {
  for (const { places } of sections) {
    const place = places.get(number);
    if (place) return place;
  }
  return undefined;
}

function checkTrailer(trailer: Dict): void {
  if (trailer.has("Encrypt")) throw new Unreadable("encrypted", "the PDF is encrypted");
  if (trailer.has("XRefStm")) {
    throw new Unreadable("not_understood", "the PDF is a hybrid-reference file, which readers show differently");
  }
}

function readTable(bytes: Uint8Array, budget: ReadingBudget, start: number): Section {
  const reader = new ObjectReader(bytes, budget, start);
  reader.expect("xref");
  const places = new Map<number, Place>();
  for (;;) {
    reader.skipSpace();
    if (reader.take("trailer")) break;
    const first = reader.readInteger();
    reader.skipSpace();
    const count = reader.readInteger();
    while (reader.peek() === 32) reader.at++;
    if (reader.peek() === 13) reader.at++;
    if (reader.peek() === 10) reader.at++;
    if (places.size + count > MAX_OBJECTS) throw tooMany();
    if (reader.at + count * 20 > bytes.length) throw reader.fail("a table is cut short");
    const lines = decoder.decode(bytes.subarray(reader.at, reader.at + count * 20));
    for (let i = 0; i < count; i++) {
      const entry = /^(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)$/.exec(lines.slice(i * 20, i * 20 + 20));
      if (!entry) throw reader.fail("a cross-reference cannot be read");
      // Readers differ in which of two they take.
      if (places.has(first + i)) throw reader.fail(`object ${first + i} is there twice`);
      const offset = Number(entry[1]);
      places.set(
        first + i,
        entry[3] === "n" ? { kind: "offset", offset, generation: Number(entry[2]) } : { kind: "free" },
      );
    }
    reader.at += count * 20;
  }
  const trailer = reader.readValue();
  if (!isDict(trailer)) throw reader.fail("the trailer is no dictionary");
  return { start, end: reader.at, places, trailer, stream: null };
}

/** ISO 32000-1, clause 7.5.8. */
async function readXrefStream(bytes: Uint8Array, budget: ReadingBudget, start: number): Promise<Section> {
  const object = parseIndirectObject(bytes, budget, start, () => undefined);
  if (!(object.value instanceof Stream) || !isName(object.value.dict.get("Type"), "XRef")) {
    throw new Unreadable("damaged", "the PDF has no cross-references where it says");
  }
  const { dict } = object.value;
  const widths = dict.get("W");
  const size = dict.get("Size");
  if (
    !Array.isArray(widths) ||
    widths.length !== 3 ||
    !widths.every((each) => isInteger(each) && each <= 8) ||
    !isInteger(size)
  )
    throw new Unreadable("damaged", "the PDF's cross-reference stream cannot be read");
  const [w0, w1, w2] = widths.map(Number);
  const width = (w0 ?? 0) + (w1 ?? 0) + (w2 ?? 0);
  const data = await decodeStream(object.value, MAX_DECODED);
  const index = dict.get("Index") ?? [0, size];
  const places = new Map<number, Place>();
  let at = 0;
  const field = (length: number, otherwise: number) => {
    if (length === 0) return otherwise;
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + (data[at++] ?? 0);
    return value;
  };
  if (!Array.isArray(index) || index.length % 2 !== 0 || !index.every(isInteger) || width === 0)
    throw new Unreadable("damaged", "the PDF's cross-reference stream cannot be read");
  for (let pair = 0; pair < index.length; pair += 2) {
    const [first, count] = [Number(index[pair]), Number(index[pair + 1])];
    if (places.size + count > MAX_OBJECTS) throw tooMany();
    if (at + count * width > data.length) throw new Unreadable("damaged", "a cross-reference stream is cut short");
    for (let number = first; number < first + count; number++) {
      if (places.has(number)) throw new Unreadable("damaged", `object ${number} has two cross-references`);
      const [type, second, third] = [field(w0 ?? 0, 1), field(w1 ?? 0, 0), field(w2 ?? 0, 0)];
      if (type > 2) throw new Unreadable("not_understood", "the PDF has a cross-reference that is not understood");
      if (type === 0) places.set(number, { kind: "free" });
      else if (type === 1) places.set(number, { kind: "offset", offset: second, generation: third });
      else places.set(number, { kind: "compressed", stream: second, index: third });
    }
  }
  if (at !== data.length) throw new Unreadable("damaged", "a cross-reference stream holds more than it says");
  return { start, end: object.end, places, trailer: dict, stream: object.number };
}

/** The first byte of `from` to `to` (excluded) that is not white space; undefined where all are. */
export function firstInk(bytes: Uint8Array, from: number, to: number): number | undefined {
  for (let at = from; at < to; at++) if (!isWhite(bytes[at])) return at;
  return undefined;
}
