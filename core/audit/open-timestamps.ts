import { ripemd160, sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes } from "@noble/hashes/utils.js";

/*
 * OpenTimestamps proofs (the `.ots` file and what calendars answer), as python-opentimestamps 0.4 reads and writes them: a
 * tree of operations on a message, with attestations at its leaves. Nothing here does I/O, and all of it runs in a browser.
 * Limits are that library's, and one on the whole: what comes from a calendar or in a file is anybody's words.
 */

type UnaryName = "sha1" | "ripemd160" | "sha256" | "keccak256" | "reverse" | "hexlify";
type Operation = { name: UnaryName } | { name: "append" | "prepend"; argument: Uint8Array };

/** What a leaf says of its message. */
export type Attestation =
  /** A calendar has it and will have more at `<uri>/timestamp/<hex>`. */
  | { kind: "pending"; uri: string }
  /** It is the Merkle root of the block at this height. */
  | { kind: "bitcoin"; height: number }
  /** Of a kind that this reader does not know: kept as it is. */
  | { kind: "unknown"; tag: string; payload: Uint8Array };

/** A message and what is known of it. */
export interface Timestamp {
  message: Uint8Array;
  attestations: Attestation[];
  steps: { operation: Operation; result: Timestamp }[];
}

/** What is no proof, or one beyond the limits. */
export class OpenTimestampsError extends Error {
  override readonly name = "OpenTimestampsError";
}

const MAGIC = hexToBytes("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294");
const VERSION = 1;
const TAG_BYTES = 8;
const PENDING = "83dfe30d2ef90c8e";
const BITCOIN = "0588960d73d71901";
const FORK = 0xff;
const ATTESTATION = 0x00;
const APPEND = 0xf0;
const PREPEND = 0xf1;
const SHA256 = 0x08;

const UNARY = new Map<number, { name: UnaryName; run: (message: Uint8Array) => Uint8Array }>([
  [0x02, { name: "sha1", run: sha1 }],
  [0x03, { name: "ripemd160", run: ripemd160 }],
  [SHA256, { name: "sha256", run: sha256 }],
  [0x67, { name: "keccak256", run: keccak_256 }],
  [0xf2, { name: "reverse", run: (message) => Uint8Array.from(message).reverse() }],
  [0xf3, { name: "hexlify", run: (message) => new TextEncoder().encode(bytesToHex(message)) }],
]);

const MOST_FILE_BYTES = 256 * 1024;
const MOST_MESSAGE_BYTES = 4096;
const MOST_PAYLOAD_BYTES = 8192;
const MOST_URI_BYTES = 1000;
const MOST_DEPTH = 256;
/** Of all operations and attestations together. */
const MOST_NODES = 1000;
const URI = /^[A-Za-z0-9\-._/:]+$/;

/** A timestamp that says nothing yet. */
export function newTimestamp(message: Uint8Array): Timestamp {
  return { message, attestations: [], steps: [] };
}

/** Adds an operation, or finds it there; the timestamp of its result. */
export function addStep(timestamp: Timestamp, operation: Operation): Timestamp {
  const existing = timestamp.steps.find((step) => isSame(step.operation, operation));
  if (existing) return existing.result;
  const result = newTimestamp(apply(operation, timestamp.message));
  timestamp.steps.push({ operation, result });
  return result;
}

/** Adds all that another timestamp of the same message knows. @throws {OpenTimestampsError} where it is of another one. */
export function mergeTimestamps(into: Timestamp, other: Timestamp): void {
  if (bytesToHex(into.message) !== bytesToHex(other.message)) throw new OpenTimestampsError("it is of another message");
  for (const attestation of other.attestations) {
    if (!into.attestations.some((known) => keyOf(known) === keyOf(attestation))) into.attestations.push(attestation);
  }
  for (const { operation, result } of other.steps) mergeTimestamps(addStep(into, operation), result);
}

/** Every attestation with the timestamp that it stands at. */
export function listAttestations(timestamp: Timestamp): { at: Timestamp; attestation: Attestation }[] {
  const own = timestamp.attestations.map((attestation) => ({ at: timestamp, attestation }));
  return [...own, ...timestamp.steps.flatMap(({ result }) => listAttestations(result))];
}

/** The lowest block that attests to it, as the proof says; null where none does. The block itself is not looked at. */
export function bitcoinHeight(timestamp: Timestamp): number | null {
  const heights = listAttestations(timestamp).flatMap(({ attestation }) =>
    attestation.kind === "bitcoin" ? [attestation.height] : [],
  );
  return heights.length === 0 ? null : Math.min(...heights);
}

/** The `.ots` file of something with this SHA-256. */
export function writeDetached(timestamp: Timestamp): Uint8Array<ArrayBuffer> {
  if (timestamp.message.length !== 32) throw new OpenTimestampsError("it is of no SHA-256");
  return concatBytes(MAGIC, Uint8Array.of(VERSION, SHA256), timestamp.message, writeTimestamp(timestamp));
}

/** @throws {OpenTimestampsError} where it is no `.ots` file of a SHA-256, or has anything behind its end. */
export function readDetached(file: Uint8Array): Timestamp {
  const reader = new Reader(file);
  if (bytesToHex(reader.bytes(MAGIC.length)) !== bytesToHex(MAGIC))
    throw new OpenTimestampsError("it is no OpenTimestamps proof");
  if (reader.byte() !== VERSION) throw new OpenTimestampsError("its version is not known");
  if (reader.byte() !== SHA256) throw new OpenTimestampsError("it is of no SHA-256");
  return readWhole(reader, reader.bytes(32));
}

/** What a calendar answers about a message. @throws {OpenTimestampsError} where it is no timestamp, or more than one. */
export function readTimestamp(bytes: Uint8Array, message: Uint8Array): Timestamp {
  return readWhole(new Reader(bytes), message);
}

function readWhole(reader: Reader, message: Uint8Array): Timestamp {
  const timestamp = newTimestamp(message);
  readInto(timestamp, reader, MOST_DEPTH);
  reader.end();
  return timestamp;
}

function readInto(timestamp: Timestamp, reader: Reader, depth: number): void {
  if (depth === 0) throw new OpenTimestampsError("it is nested too deeply");
  const readOne = (tag: number) => {
    reader.count();
    if (tag === ATTESTATION) timestamp.attestations.push(readAttestation(reader));
    else readInto(addStep(timestamp, readOperation(tag, reader)), reader, depth - 1);
  };
  let tag = reader.byte();
  for (; tag === FORK; tag = reader.byte()) readOne(reader.byte());
  readOne(tag);
}

function readOperation(tag: number, reader: Reader): Operation {
  if (tag === APPEND || tag === PREPEND) {
    const argument = reader.sized(MOST_MESSAGE_BYTES);
    if (argument.length === 0) throw new OpenTimestampsError("an operation has no argument");
    return { name: tag === APPEND ? "append" : "prepend", argument };
  }
  const unary = UNARY.get(tag);
  if (!unary) throw new OpenTimestampsError(`the operation 0x${tag.toString(16)} is not known`);
  return { name: unary.name };
}

function readAttestation(reader: Reader): Attestation {
  const tag = bytesToHex(reader.bytes(TAG_BYTES));
  const payload = reader.sized(MOST_PAYLOAD_BYTES);
  const inner = new Reader(payload);
  if (tag === PENDING) {
    const uri = new TextDecoder().decode(inner.sized(MOST_URI_BYTES));
    if (!URI.test(uri)) throw new OpenTimestampsError("a calendar's address has other characters than it may");
    inner.end();
    return { kind: "pending", uri };
  }
  if (tag === BITCOIN) {
    const height = inner.number();
    inner.end();
    return { kind: "bitcoin", height };
  }
  return { kind: "unknown", tag, payload };
}

/** As calendars answer it: attestations before operations, each in the order of its bytes. */
export function writeTimestamp(timestamp: Timestamp): Uint8Array<ArrayBuffer> {
  const attestations = timestamp.attestations.map(writeAttestation).sort(compareBytes);
  const steps = timestamp.steps
    .map(({ operation, result }) => ({ operation: writeOperation(operation), result }))
    .sort((one, other) => compareBytes(one.operation, other.operation))
    .map(({ operation, result }) => concatBytes(operation, writeTimestamp(result)));
  const parts = [...attestations, ...steps];
  const last = parts.pop();
  if (!last) throw new OpenTimestampsError("a timestamp that says nothing cannot be written");
  return concatBytes(...parts.flatMap((part) => [Uint8Array.of(FORK), part]), last);
}

function writeAttestation(attestation: Attestation): Uint8Array {
  const [tag, payload] = tagAndPayload(attestation);
  return concatBytes(Uint8Array.of(ATTESTATION), hexToBytes(tag), sized(payload));
}

function tagAndPayload(attestation: Attestation): [tag: string, payload: Uint8Array] {
  if (attestation.kind === "pending") return [PENDING, sized(new TextEncoder().encode(attestation.uri))];
  if (attestation.kind === "bitcoin") return [BITCOIN, writeNumber(attestation.height)];
  return [attestation.tag, attestation.payload];
}

function writeOperation(operation: Operation): Uint8Array {
  if ("argument" in operation) {
    return concatBytes(Uint8Array.of(operation.name === "append" ? APPEND : PREPEND), sized(operation.argument));
  }
  for (const [tag, { name }] of UNARY) if (name === operation.name) return Uint8Array.of(tag);
  throw new OpenTimestampsError("there is no such operation");
}

function apply(operation: Operation, message: Uint8Array): Uint8Array {
  const result =
    operation.name === "append"
      ? concatBytes(message, operation.argument)
      : operation.name === "prepend"
        ? concatBytes(operation.argument, message)
        : runUnary(operation.name, message);
  if (result.length > MOST_MESSAGE_BYTES) throw new OpenTimestampsError("a message is too long");
  return result;
}

function runUnary(name: UnaryName, message: Uint8Array): Uint8Array {
  for (const unary of UNARY.values()) if (unary.name === name) return unary.run(message);
  throw new OpenTimestampsError("there is no such operation");
}

function isSame(one: Operation, other: Operation): boolean {
  return compareBytes(writeOperation(one), writeOperation(other)) === 0;
}

function keyOf(attestation: Attestation): string {
  return bytesToHex(writeAttestation(attestation));
}

/** Reads what the format is made of, and never beyond the end. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #nodes = 0;

  constructor(bytes: Uint8Array) {
    if (bytes.length > MOST_FILE_BYTES) throw new OpenTimestampsError("it is too long");
    this.#bytes = bytes;
  }

  byte(): number {
    const [byte] = this.bytes(1);
    if (byte === undefined) throw new OpenTimestampsError("it is cut off");
    return byte;
  }

  bytes(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#at) throw new OpenTimestampsError("it is cut off");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** LEB128, unsigned, in its shortest form. */
  number(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (!Number.isSafeInteger(value)) throw new OpenTimestampsError("a number is too large");
      if (byte < 0x80) {
        if (byte === 0 && scale > 1) throw new OpenTimestampsError("a number is not in its shortest form");
        return value;
      }
    }
  }

  sized(most: number): Uint8Array {
    const length = this.number();
    if (length > most) throw new OpenTimestampsError("a value is too long");
    return this.bytes(length);
  }

  count(): void {
    this.#nodes += 1;
    if (this.#nodes > MOST_NODES) throw new OpenTimestampsError("it has too many operations");
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new OpenTimestampsError("there is something behind its end");
  }
}

function writeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}

function sized(bytes: Uint8Array): Uint8Array {
  return concatBytes(writeNumber(bytes.length), bytes);
}

function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const [a, b] = [bytesToHex(one), bytesToHex(other)];
  return a < b ? -1 : a > b ? 1 : 0;
}
