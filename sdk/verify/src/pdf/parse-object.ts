import { Unreadable } from "../report.ts";
import { type Dict, isInteger, Name, Ref, Stream, Text, type Value } from "./objects.ts";
import type { ReadingBudget } from "./reading-budget.ts";

/** How deep arrays and dictionaries may lie in each other. */
const MAX_DEPTH = 64;
const MAX_TOKEN = 1024;

const WHITE = new Set([0, 9, 10, 12, 13, 32]);
const DELIMITERS = new Set([..."()<>[]{}/%"].map((character) => character.charCodeAt(0)));
/** After a backslash: what n, r, t, b and f stand for. */
const ESCAPES = new Map([
  [0x6e, 10],
  [0x72, 13],
  [0x74, 9],
  [0x62, 8],
  [0x66, 12],
]);
const decoder = new TextDecoder("latin1");

/**
 * Reads objects at a place (ISO 32000-1, clause 7.3), as strictly as the standard has them: what a lenient reader would
 * repair is refused, because two readers that repair differently see two documents.
 */
export class ObjectReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
  readonly #budget: ReadingBudget;

  constructor(bytes: Uint8Array, budget: ReadingBudget, at: number, end: number = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = Math.min(end, bytes.length);
    this.#budget = budget;
  }

  fail(what: string): Unreadable {
    return new Unreadable("damaged", `the PDF is damaged at byte ${this.at}: ${what}`);
  }

  peek(ahead = 0): number {
    return this.at + ahead < this.end ? (this.bytes[this.at + ahead] ?? -1) : -1;
  }

  /** Passes over white space and comments. */
  skipSpace(): void {
    while (this.at < this.end) {
      const byte = this.peek();
      if (byte === 0x25) while (this.at < this.end && this.peek() !== 10 && this.peek() !== 13) this.at++;
      else if (WHITE.has(byte)) this.at++;
      else return;
    }
  }

  /** Whether the word stands here; it is passed over then. */
  take(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.peek(i) !== word.charCodeAt(i)) return false;
    const after = this.peek(word.length);
    if (/[a-zA-Z0-9]$/.test(word) && after !== -1 && !WHITE.has(after) && !DELIMITERS.has(after)) return false;
    this.at += word.length;
    return true;
  }

  expect(word: string): void {
    if (!this.take(word)) throw this.fail(`"${word}" is not there`);
  }

  readInteger(): number {
    const token = this.#token();
    if (!/^\d{1,15}$/.test(token)) throw this.fail("a whole number is not there");
    return Number(token);
  }

  /** One object, references included. */
  readValue(depth = 0): Value {
    if (depth > MAX_DEPTH) throw this.fail("objects lie too deep in each other");
    this.#budget.takeValue();
    this.skipSpace();
    const byte = this.peek();
    if (byte === 0x2f) return this.#name();
    if (byte === 0x28) return this.#literal();
    if (byte === 0x5b) return this.#array(depth);
    if (byte === 0x3c) return this.peek(1) === 0x3c ? this.#dict(depth) : this.#hex();
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    if (this.take("null")) return null;
    return this.#numberOrRef();
  }

  #token(): string {
    const start = this.at;
    while (this.at < this.end && !WHITE.has(this.peek()) && !DELIMITERS.has(this.peek())) {
      if (++this.at - start > MAX_TOKEN) throw this.fail("a word is too long");
    }
    return decoder.decode(this.bytes.subarray(start, this.at));
  }

  #numberOrRef(): number | Ref {
    const token = this.#token();
    if (!/^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})$/.test(token)) throw this.fail("no object is there");
    if (/^\d{1,10}$/.test(token)) {
      const back = this.at;
      this.skipSpace();
      const generation = this.#token();
      this.skipSpace();
      if (/^\d{1,5}$/.test(generation) && this.take("R")) return new Ref(Number(token), Number(generation));
      this.at = back;
    }
    return Number(token);
  }

  #name(): Name {
    this.at++;
    const raw = this.#token();
    if (/#(?![0-9A-Fa-f]{2})/.test(raw)) throw this.fail("a name cannot be read");
    return new Name(raw.replace(/#(..)/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))));
  }

  #array(depth: number): Value[] {
    this.at++;
    const values: Value[] = [];
    for (;;) {
      this.skipSpace();
      if (this.peek() === 0x5d) {
        this.at++;
        return values;
      }
      values.push(this.readValue(depth + 1));
    }
  }

  #dict(depth: number): Dict {
    this.at += 2;
    const dict: Dict = new Map();
    for (;;) {
      this.skipSpace();
      if (this.peek() === 0x3e && this.peek(1) === 0x3e) {
        this.at += 2;
        return dict;
      }
      if (this.peek() !== 0x2f) throw this.fail("a dictionary has a key that is no name");
      const { text } = this.#name();
      // Readers differ in which of two they take.
      if (dict.has(text)) throw this.fail(`a dictionary has the key ${text} twice`);
      dict.set(text, this.readValue(depth + 1));
    }
  }

  #hex(): Text {
    const start = this.at++;
    const close = this.bytes.indexOf(0x3e, this.at);
    if (close < 0 || close >= this.end) throw this.fail("a string has no end");
    this.#budget.takeBytes(close - start);
    const bytes = new Uint8Array((close - start) >> 1);
    let digits = 0;
    for (; this.at < close; this.at++) {
      const byte = this.bytes[this.at] ?? -1;
      if (WHITE.has(byte)) continue;
      const digit = hexDigit(byte);
      if (digit < 0) throw this.fail("a string is not hexadecimal");
      bytes[digits >> 1] = (bytes[digits >> 1] ?? 0) | (digits % 2 === 0 ? digit << 4 : digit);
      digits++;
    }
    this.at = close + 1;
    return new Text(bytes.subarray(0, Math.ceil(digits / 2)), start, this.at, true);
  }

  #literal(): Text {
    const start = this.at;
    this.at = this.#endOfLiteral();
    this.#budget.takeBytes(this.at - start);
    const inner = new ObjectReader(this.bytes, this.#budget, start + 1, this.at - 1);
    // Written out it is never longer than escaped.
    const bytes = new Uint8Array(this.at - start);
    let length = 0;
    while (inner.at < inner.end) {
      const byte = inner.#plainByte();
      if (byte !== undefined) bytes[length++] = byte;
    }
    return new Text(bytes.slice(0, length), start, this.at, false);
  }

  /** Where the bracket that closes the string stands, and one further. */
  #endOfLiteral(): number {
    let open = 0;
    for (let at = this.at; at < this.end; at++) {
      const byte = this.bytes[at];
      if (byte === 0x5c) at++;
      else if (byte === 0x28) open++;
      else if (byte === 0x29 && --open === 0) return at + 1;
    }
    throw this.fail("a string has no end");
  }

  /** The next byte of a literal string (ISO 32000-1, clause 7.3.4.2); none where a line goes on. */
  #plainByte(): number | undefined {
    const byte = this.peek();
    this.at++;
    if (byte === 0x5c) return this.#escaped();
    if (byte !== 0x0d) return byte;
    if (this.peek() === 0x0a) this.at++;
    return 0x0a;
  }

  #escaped(): number | undefined {
    const byte = this.peek();
    this.at++;
    const plain = ESCAPES.get(byte);
    if (plain !== undefined) return plain;
    if (byte >= 0x30 && byte <= 0x37) {
      let code = byte - 0x30;
      for (let i = 0; i < 2 && this.peek() >= 0x30 && this.peek() <= 0x37; i++) {
        code = code * 8 + this.peek() - 0x30;
        this.at++;
      }
      return code & 0xff;
    }
    if (byte === 0x0d && this.peek() === 0x0a) this.at++;
    return byte === 0x0d || byte === 0x0a ? undefined : byte;
  }
}

/** An indirect object where the file says that it is, with the bytes that it takes. */
export interface IndirectObject {
  number: number;
  generation: number;
  value: Value;
  start: number;
  end: number;
}

/**
 * Reads `N G obj … endobj` (ISO 32000-1, clause 7.3.10). A stream's length may be in another object, which `lengthOf`
 * looks up.
 */
export function parseIndirectObject(
  bytes: Uint8Array,
  budget: ReadingBudget,
  start: number,
  lengthOf: (ref: Ref) => number | undefined,
): IndirectObject {
  const reader = new ObjectReader(bytes, budget, start);
  const { number, generation } = readHead(reader);
  let value = reader.readValue();
  reader.skipSpace();
  if (value instanceof Map && reader.take("stream")) {
    if (reader.peek() === 13) reader.at++;
    if (reader.peek() !== 10) throw reader.fail("a stream does not begin on its own line");
    reader.at++;
    const given = value.get("Length");
    const length = given instanceof Ref ? lengthOf(given) : given;
    if (!isInteger(length) || reader.at + length > bytes.length) throw reader.fail("a stream has no true length");
    const raw = bytes.subarray(reader.at, reader.at + length);
    reader.at += length;
    while (WHITE.has(reader.peek())) reader.at++;
    reader.expect("endstream");
    value = new Stream(value, raw);
    reader.skipSpace();
  }
  reader.expect("endobj");
  budget.takeBytes(reader.at - start - (value instanceof Stream ? value.raw.length : 0));
  return { number, generation, value, start, end: reader.at };
}

/** `N G obj N endobj`, as a stream's length may stand; undefined where something else is there. */
export function parseIntegerObject(
  bytes: Uint8Array,
  budget: ReadingBudget,
  start: number,
): { number: number; value: number } | undefined {
  const reader = new ObjectReader(bytes, budget, start);
  const { number } = readHead(reader);
  reader.skipSpace();
  if (!isDigit(reader.peek())) return undefined;
  const value = reader.readInteger();
  reader.skipSpace();
  budget.takeBytes(reader.at - start);
  return reader.take("endobj") ? { number, value } : undefined;
}

function readHead(reader: ObjectReader): { number: number; generation: number } {
  const number = reader.readInteger();
  reader.skipSpace();
  const generation = reader.readInteger();
  reader.skipSpace();
  reader.expect("obj");
  return { number, generation };
}

export function isWhite(byte: number | undefined): boolean {
  return byte !== undefined && WHITE.has(byte);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function hexDigit(byte: number): number {
  if (isDigit(byte)) return byte - 0x30;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return byte >= 0x61 && byte <= 0x66 ? byte - 0x57 : -1;
}
