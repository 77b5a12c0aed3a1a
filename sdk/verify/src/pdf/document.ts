import { Unreadable } from "../report.ts";
import { findPlace, type Place, readSections, type Section } from "./cross-references.ts";
import { decodeStream } from "./decode-stream.ts";
import { isInteger, isName, Ref, Stream, type Value } from "./objects.ts";
import { type IndirectObject, ObjectReader, parseIndirectObject, parseIntegerObject } from "./parse-object.ts";
import { ReadingBudget } from "./reading-budget.ts";

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
  readonly #budget: ReadingBudget;

  private constructor(
    bytes: Uint8Array,
    budget: ReadingBudget,
    sections: readonly Section[],
    objectStreams: ReadonlyMap<number, ObjectStream>,
  ) {
    this.bytes = bytes;
    this.sections = sections;
    this.#budget = budget;
    this.#objectStreams = objectStreams;
  }

  /** @throws Unreadable */
  static async open(bytes: Uint8Array): Promise<PdfDocument> {
    // Readers look for it further on as well, and then count all offsets from there.
    if (new TextDecoder("latin1").decode(bytes.subarray(0, 5)) !== "%PDF-") {
      throw new Unreadable("not_supported", "the file does not begin as a PDF");
    }
    const budget = new ReadingBudget();
    const sections = await readSections(bytes, budget);
    return new PdfDocument(bytes, budget, sections, await readObjectStreams(bytes, budget, sections));
  }

  /** The document as it is after the `index`-th section (0 is the newest). */
  view(index: number): View {
    const sections = this.sections.slice(index);
    const root = sections[0]?.trailer.get("Root");
    if (!(root instanceof Ref)) throw new Unreadable("damaged", "the PDF has no catalog");
    const resolve = (ref: Ref, depth = 0): Value => {
      if (depth > 32) throw new Unreadable("damaged", "references of the PDF run in a circle");
      const place = findPlace(sections, ref.number);
      if (place === undefined || place.kind === "free") return null;
      const value = this.#read(ref, place, sections);
      return value instanceof Ref ? resolve(value, depth + 1) : value;
    };
    const look = (value: Value | undefined): Value => (value instanceof Ref ? resolve(value) : (value ?? null));
    return { sections, root, placeOf: (number) => findPlace(sections, number), resolve, look };
  }

  /** The object that lies at an offset, a stream's length as the revision of these sections has it. */
  parseAt(offset: number, sections: readonly Section[]): IndirectObject {
    return parseAt(this.bytes, this.#budget, offset, sections);
  }

  #read(ref: Ref, place: Exclude<Place, { kind: "free" }>, sections: readonly Section[]): Value {
    if (place.kind === "compressed") {
      if (ref.generation !== 0) return null;
      return this.#readCompressed(ref, place, sections);
    }
    if (place.generation !== ref.generation) return null;
    const key = `${place.offset} ${ref.number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const object = this.parseAt(place.offset, sections);
    if (object.number !== ref.number || object.generation !== ref.generation) {
      throw new Unreadable("damaged", `object ${ref.number} is not where the PDF says`);
    }
    this.#known.set(key, object.value);
    return object.value;
  }

  #readCompressed(ref: Ref, place: { stream: number; index: number }, sections: readonly Section[]): Value {
    const container = findPlace(sections, place.stream);
    const stream = container?.kind === "offset" ? this.#objectStreams.get(container.offset) : undefined;
    const entry = stream?.entries[place.index];
    if (!stream || entry?.number !== ref.number) {
      throw new Unreadable("damaged", `object ${ref.number} is not in the object stream that the PDF names`);
    }
    const key = `${container?.kind === "offset" ? container.offset : 0}/${place.index} ${ref.number}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = new ObjectReader(stream.data, this.#budget, entry.start, entry.end).readValue();
    this.#known.set(key, value);
    return value;
  }
}

function parseAt(
  bytes: Uint8Array,
  budget: ReadingBudget,
  offset: number,
  sections: readonly Section[],
): IndirectObject {
  // A stream's length that is an object of its own: a number at its place, nothing else.
  return parseIndirectObject(bytes, budget, offset, (ref) => {
    const place = findPlace(sections, ref.number);
    const found = place?.kind === "offset" ? parseIntegerObject(bytes, budget, place.offset) : undefined;
    return found?.number === ref.number ? found.value : undefined;
  });
}

interface ObjectStream {
  data: Uint8Array;
  entries: { number: number; start: number; end: number }[];
}

/** Every object stream that a section refers to (ISO 32000-1, clause 7.5.7), by its offset. */
async function readObjectStreams(
  bytes: Uint8Array,
  budget: ReadingBudget,
  sections: readonly Section[],
): Promise<Map<number, ObjectStream>> {
  const streams = new Map<number, ObjectStream>();
  let left = MAX_DECODED;
  for (const [index, section] of sections.entries()) {
    // Each revision's numbers mean what they meant then.
    const then = sections.slice(index);
    const wanted = new Set(
      [...section.places.values()].flatMap((each) => (each.kind === "compressed" ? [each.stream] : [])),
    );
    for (const number of wanted) {
      const place = findPlace(then, number);
      if (place?.kind !== "offset") throw new Unreadable("damaged", `the object stream ${number} is not there`);
      if (streams.has(place.offset)) continue;
      if (streams.size >= MAX_OBJECT_STREAMS) throw new Unreadable("too_large", "the PDF has too many object streams");
      const object = parseAt(bytes, budget, place.offset, then);
      if (
        object.number !== number ||
        !(object.value instanceof Stream) ||
        !isName(object.value.dict.get("Type"), "ObjStm")
      )
        throw new Unreadable("damaged", `the object stream ${number} is not there`);
      const data = await decodeStream(object.value, left);
      left -= data.length;
      streams.set(place.offset, { data, entries: readEntries(object.value, data, budget) });
    }
  }
  return streams;
}

function readEntries({ dict }: Stream, data: Uint8Array, budget: ReadingBudget): ObjectStream["entries"] {
  const [count, first] = [dict.get("N"), dict.get("First")];
  if (!isInteger(count) || !isInteger(first) || count > data.length || first > data.length || dict.has("Extends"))
    throw new Unreadable("not_understood", "an object stream of the PDF is not understood");
  const head = new ObjectReader(data, budget, 0, first);
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
