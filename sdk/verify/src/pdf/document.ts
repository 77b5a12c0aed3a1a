import { Unreadable } from "../report.ts";
import { type Place, readSections, type Section } from "./cross-references.ts";
import { decodeStream } from "./decode-stream.ts";
import { isInteger, isName, Ref, Stream, type Value } from "./objects.ts";
import { ObjectReader, parseIndirectObject } from "./parse-object.ts";

const MAX_OBJECT_STREAMS = 20_000;
/** All object streams together, decoded, in bytes. */
const MAX_DECODED = 128 * 1024 * 1024;

/** The document as one revision shows it. */
export interface View {
  /** The sections that make it up, the newest first. */
  sections: readonly Section[];
  root: Ref;
  placeOf(number: number): Place | undefined;
  /** The object; null where there is none. */
  resolve(ref: Ref): Value;
  /** What the value is, a reference being followed. */
  look(value: Value | undefined): Value;
}

/** A PDF read strictly, as it is and as it was. */
export class PdfDocument {
  readonly bytes: Uint8Array;
  /** The newest first. */
  readonly sections: readonly Section[];
  /** What the object streams hold, by their offset. */
  readonly #objectStreams: ReadonlyMap<number, ObjectStream>;
  /** Objects that were read, by their place. */
  readonly #known = new Map<string, Value>();

  private constructor(
    bytes: Uint8Array,
    sections: readonly Section[],
    objectStreams: ReadonlyMap<number, ObjectStream>,
  ) {
    this.bytes = bytes;
    this.sections = sections;
    this.#objectStreams = objectStreams;
  }

  /** @throws Unreadable */
  static async open(bytes: Uint8Array): Promise<PdfDocument> {
    // Readers look for it further on as well, and then count all offsets from there.
    if (new TextDecoder("latin1").decode(bytes.subarray(0, 5)) !== "%PDF-") {
      throw new Unreadable("not_supported", "the file does not begin as a PDF");
    }
    const sections = await readSections(bytes);
    return new PdfDocument(bytes, sections, await readObjectStreams(bytes, sections));
  }

  /** The document as it is after the `index`-th section (0 is the newest). */
  view(index: number): View {
    const sections = this.sections.slice(index);
    const places = new Map<number, Place>();
    for (const section of sections)
      for (const [number, place] of section.places) if (!places.has(number)) places.set(number, place);
    const root = sections[0]?.trailer.get("Root");
    if (!(root instanceof Ref)) throw new Unreadable("damaged", "the PDF has no catalog");
    const resolve = (ref: Ref, depth = 0): Value => {
      if (depth > 32) throw new Unreadable("damaged", "references of the PDF run in a circle");
      const place = places.get(ref.number);
      if (place === undefined || place.kind === "free") return null;
      const value = this.#read(ref, place, places);
      return value instanceof Ref ? resolve(value, depth + 1) : value;
    };
    const look = (value: Value | undefined): Value => (value instanceof Ref ? resolve(value) : (value ?? null));
    return { sections, root, placeOf: (number) => places.get(number), resolve, look };
  }

  #read(ref: Ref, place: Exclude<Place, { kind: "free" }>, places: ReadonlyMap<number, Place>): Value {
    if (place.kind === "compressed") {
      if (ref.generation !== 0) return null;
      return this.#readCompressed(ref, place, places);
    }
    if (place.generation !== ref.generation) return null;
    const key = `${place.offset} ${ref.number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const object = parseIndirectObject(this.bytes, place.offset, (length) => lengthAt(this.bytes, length, places));
    if (object.number !== ref.number || object.generation !== ref.generation) {
      throw new Unreadable("damaged", `object ${ref.number} is not where the PDF says`);
    }
    this.#known.set(key, object.value);
    return object.value;
  }

  #readCompressed(ref: Ref, place: { stream: number; index: number }, places: ReadonlyMap<number, Place>): Value {
    const container = places.get(place.stream);
    const stream = container?.kind === "offset" ? this.#objectStreams.get(container.offset) : undefined;
    const entry = stream?.entries[place.index];
    if (!stream || entry?.number !== ref.number) {
      throw new Unreadable("damaged", `object ${ref.number} is not in the object stream that the PDF names`);
    }
    const key = `${container?.kind === "offset" ? container.offset : 0}/${place.index} ${ref.number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = new ObjectReader(stream.data, entry.start, entry.end).readValue();
    this.#known.set(key, value);
    return value;
  }
}

/** A stream's length that is an object of its own: a number at its place, nothing else. */
export function lengthAt(bytes: Uint8Array, ref: Ref, places: ReadonlyMap<number, Place>): number | undefined {
  const place = places.get(ref.number);
  if (place?.kind !== "offset") return undefined;
  const { number, value } = parseIndirectObject(bytes, place.offset, () => undefined);
  return number === ref.number && isInteger(value) ? value : undefined;
}

interface ObjectStream {
  data: Uint8Array;
  entries: { number: number; start: number; end: number }[];
}

/** Every object stream that a section refers to (ISO 32000-1, clause 7.5.7), by its offset. */
async function readObjectStreams(bytes: Uint8Array, sections: readonly Section[]): Promise<Map<number, ObjectStream>> {
  const streams = new Map<number, ObjectStream>();
  let budget = MAX_DECODED;
  const older = new Map<number, Place>();
  // From the oldest on, so that each revision's numbers mean what they meant then.
  for (const section of [...sections].reverse()) {
    for (const [number, place] of section.places) older.set(number, place);
    const wanted = new Set(
      [...section.places.values()].flatMap((each) => (each.kind === "compressed" ? [each.stream] : [])),
    );
    for (const number of wanted) {
      const place = older.get(number);
      if (place?.kind !== "offset") throw new Unreadable("damaged", `the object stream ${number} is not there`);
      if (streams.has(place.offset)) continue;
      if (streams.size >= MAX_OBJECT_STREAMS) throw new Unreadable("too_large", "the PDF has too many object streams");
      const object = parseIndirectObject(bytes, place.offset, (ref) => lengthAt(bytes, ref, older));
      if (
        object.number !== number ||
        !(object.value instanceof Stream) ||
        !isName(object.value.dict.get("Type"), "ObjStm")
      )
        throw new Unreadable("damaged", `the object stream ${number} is not there`);
      const data = await decodeStream(object.value, budget);
      budget -= data.length;
      streams.set(place.offset, { data, entries: readEntries(object.value, data) });
    }
  }
  return streams;
}

function readEntries({ dict }: Stream, data: Uint8Array): ObjectStream["entries"] {
  const [count, first] = [dict.get("N"), dict.get("First")];
  if (!isInteger(count) || !isInteger(first) || count > data.length || first > data.length || dict.has("Extends"))
    throw new Unreadable("not_understood", "an object stream of the PDF is not understood");
  const head = new ObjectReader(data, 0, first);
  const pairs = Array.from({ length: count }, () => {
    head.skipSpace();
    const number = head.readInteger();
    head.skipSpace();
    return { number, start: first + head.readInteger() };
  });
  return pairs.map(({ number, start }, i) => {
    const end = pairs[i + 1]?.start ?? data.length;
    if (end < start) throw new Unreadable("damaged", "an object stream of the PDF is out of order");
    return { number, start, end };
  });
}
