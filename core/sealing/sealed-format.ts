import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { KEY_ID_BYTES, type SealingKeys } from "./sealing-keys.ts";

/**
 * What is encrypted at rest: a *header* with a random key of its own, and behind it pieces under that key, each by
 * AES-256-GCM (NIST SP 800-38D). All numbers are unsigned and big-endian.
 *
 * | offset | bytes | field of the header |
 * |---|---|---|
 * | 0 | 4 | the mark 0x89 "NBX" |
 * | 4 | 1 | version, 1 |
 * | 5 | 1 | kind, see {@link SealedKind} |
 * | 6 | 2 | 0, reserved |
 * | 8 | 8 | which storage key the data key is wrapped by |
 * | 16 | 12 | nonce, random |
 * | 28 | 64 | data key (32 bytes) and content id (32 bytes), encrypted; bytes 0 to 15 are authenticated with them |
 * | 92 | 16 | tag |
 *
 * The pieces follow the STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár, 2015): a piece's nonce is three zero
 * bytes, its number (8 bytes) and 1 for the last piece of a file, else 0. So none can be altered, left out, repeated or
 * moved, neither within a file nor to another, and a file cannot be cut between two of them.
 */
export const SealedKind = {
  /** Written whole; pieces of {@link CHUNK_BYTES}, only the last one may be shorter; any of them can be read alone. */
  file: 1,
  /** Appended to; see sealed-log.ts. */
  log: 2,
} as const;
export type SealedKind = (typeof SealedKind)[keyof typeof SealedKind];

export const CHUNK_BYTES = 64 * 1024;
export const TAG_BYTES = 16;
export const HEADER_BYTES = 108;
export const CONTENT_ID_BYTES = 32;

const MARK = Buffer.from([0x89, 0x4e, 0x42, 0x58]);
const VERSION = 1;
const NONCE_BYTES = 12;
const KEY_BYTES = 32;
const CLEAR_BYTES = 16;
const CIPHER = "aes-256-gcm";
const NOTHING = Buffer.alloc(0);

/** What is sealed was altered or cut, or is of a key that is not there. */
export class BrokenSeal extends Error {}

/** It was sealed with a key that is not among the configured ones; or its header was altered. */
export class MissingKey extends BrokenSeal {}

export interface SealedHeader {
  dataKey: Buffer;
  /** What the content is: a file's SHA-256, so that one file cannot be put in another's place. */
  contentId: Buffer;
  /** Whether the first key wraps it. */
  current: boolean;
}

/** A new data key, and the header that carries it. */
export function makeHeader(
  keys: SealingKeys,
  kind: SealedKind,
  contentId: Buffer,
): { header: Buffer; dataKey: Buffer } {
  const [first] = keys;
  if (!first || contentId.length !== CONTENT_ID_BYTES) throw new Error("a header needs a key and a content id");
  const clear = Buffer.concat([MARK, Buffer.of(VERSION, kind, 0, 0), first.id]);
  const [dataKey, nonce] = [randomBytes(KEY_BYTES), randomBytes(NONCE_BYTES)];
  const cipher = createCipheriv(CIPHER, first.wrapping, nonce).setAAD(clear);
  const wrapped = [cipher.update(dataKey), cipher.update(contentId), cipher.final()];
  return { header: Buffer.concat([clear, nonce, ...wrapped, cipher.getAuthTag()]), dataKey };
}

/** Whether bytes begin like something sealed: at least four of them. */
export function looksSealed(bytes: Buffer): boolean {
  return bytes.subarray(0, MARK.length).equals(MARK);
}

/** @throws BrokenSeal where it is no header of that kind or was altered; MissingKey where none of the keys is its key. */
export function openHeader(keys: SealingKeys, kind: SealedKind, header: Buffer): SealedHeader {
  const clear = header.subarray(0, CLEAR_BYTES);
  if (header.length < HEADER_BYTES || !looksSealed(clear) || clear[4] !== VERSION || clear[5] !== kind) {
    throw new BrokenSeal("not the beginning of a sealed file");
  }
  const id = clear.subarray(CLEAR_BYTES - KEY_ID_BYTES);
  const key = keys.find((one) => one.id.equals(id));
  if (!key) throw new MissingKey(`none of the storage keys opens it: it is sealed with key ${id.toString("hex")}`);
  const nonce = header.subarray(CLEAR_BYTES, CLEAR_BYTES + NONCE_BYTES);
  const sealed = header.subarray(CLEAR_BYTES + NONCE_BYTES, HEADER_BYTES);
  const opened = decrypt(key.wrapping, nonce, clear, sealed);
  return {
    dataKey: opened.subarray(0, KEY_BYTES),
    contentId: opened.subarray(KEY_BYTES),
    current: key === keys[0],
  };
}

/** A piece as it is stored: ciphertext and tag, in two buffers so that nothing is copied. */
export function sealPiece(
  dataKey: Buffer,
  index: number,
  last: boolean,
  plain: Uint8Array,
  authenticated: Buffer = NOTHING,
): [ciphertext: Buffer, tag: Buffer] {
  const cipher = createCipheriv(CIPHER, dataKey, pieceNonce(index, last));
  if (authenticated.length > 0) cipher.setAAD(authenticated);
  const ciphertext = cipher.update(plain);
  cipher.final();
  return [ciphertext, cipher.getAuthTag()];
}

/** @throws BrokenSeal where a byte of it, its number or its being the last is another than it was. */
export function openPiece(
  dataKey: Buffer,
  index: number,
  last: boolean,
  sealed: Buffer,
  authenticated: Buffer = NOTHING,
): Buffer {
  return decrypt(dataKey, pieceNonce(index, last), authenticated, sealed);
}

function pieceNonce(index: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(index), 3);
  nonce[NONCE_BYTES - 1] = last ? 1 : 0;
  return nonce;
}

function decrypt(key: Buffer, nonce: Buffer, authenticated: Buffer, sealed: Buffer): Buffer {
  if (sealed.length < TAG_BYTES) throw new BrokenSeal("a sealed file ends within a piece");
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  if (authenticated.length > 0) decipher.setAAD(authenticated);
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
  } catch (error) {
    // The only thing `final` can say in this mode: the tag does not fit.
    throw new BrokenSeal("a piece of a sealed file was altered", { cause: error });
  }
  return plain;
}
