import type { FileHandle } from "node:fs/promises";
import {
  BrokenSeal,
  CONTENT_ID_BYTES,
  HEADER_BYTES,
  looksSealed,
  MissingKey,
  makeHeader,
  openHeader,
  openPiece,
  SealedKind,
  sealPiece,
  TAG_BYTES,
} from "./sealed-format.ts";
import type { SealingKeys } from "./sealing-keys.ts";

/*
 * A sealed log grows. It is one or more *runs*, a run for each writer that appended to it: the header of
 * sealed-format.ts with a data key of its own, so that a writer that comes after a killed one never uses a nonce twice;
 * and then frames, a frame for each batch that was appended:
 *
 * | offset | bytes | field of a frame |
 * |---|---|---|
 * | 0 | 4 | the mark 0x89 "NBF", by which reading goes on after damage |
 * | 4 | 4 | the frame's number in the run, from 0 |
 * | 8 | 4 | length L of the plaintext |
 * | 12 | L | ciphertext; bytes 0 to 11 are authenticated with it |
 * | 12 + L | 16 | tag |
 *
 * A frame that is cut by the file's end was not written whole and counts as not written.
 */
const FRAME_MARK = Buffer.from([0x89, 0x4e, 0x42, 0x46]);
const FRAME_HEAD_BYTES = 12;
const MAX_FRAME_BYTES = 1024 * 1024;

const READ_BYTES = 256 * 1024;

/** What a log holds from a place on. */
export type LogPiece =
  | { kind: "run"; bytes: number }
  /** `missing`: how many frames before it are not there. */
  | { kind: "frame"; bytes: number; plain: Buffer; missing: number }
  | { kind: "damage"; bytes: number };

/** Makes the frames of one run. */
export class LogSealer {
  /** Goes before the first frame. */
  readonly header: Buffer;
  readonly #dataKey: Buffer;
  #frames = 0;

  constructor(keys: SealingKeys) {
    // What a log will hold is not known yet.
    const contentId = Buffer.alloc(CONTENT_ID_BYTES);
    ({ header: this.header, dataKey: this.#dataKey } = makeHeader(keys, SealedKind.log, contentId));
  }

  /** A batch of at most {@link MAX_FRAME_BYTES} as it is appended to the file. Batches are appended in the order of these calls. */
  seal(plain: Uint8Array): Buffer {
    if (plain.length > MAX_FRAME_BYTES) throw new Error("a batch is too large for one frame");
    const head = Buffer.alloc(FRAME_HEAD_BYTES);
    FRAME_MARK.copy(head);
    head.writeUInt32BE(this.#frames, 4);
    head.writeUInt32BE(plain.length, 8);
    const sealed = sealPiece(this.#dataKey, this.#frames, false, plain, head);
    this.#frames += 1;
    return Buffer.concat([head, ...sealed]);
  }
}

/** Opens a log from its beginning, given its bytes as they are read. */
class LogOpener {
  readonly #keys: SealingKeys;
  /** Sought again by its mark after damage. */
  #run: { dataKey: Buffer; nextFrame: number } | null = null;

  constructor(keys: SealingKeys) {
    this.#keys = keys;
  }

  /**
   * What `bytes` begins with, which must be where the last piece ended; undefined where more bytes are needed to tell.
   * `bytes` of the piece says where the next one begins. Damage is what could be opened by nothing, up to the next
   * frame that can. `atEnd`: no more bytes will come.
   *
   * @throws MissingKey where a run is of a key that is not there: it is not damaged.
   */
  next(bytes: Buffer, atEnd: boolean): LogPiece | undefined {
    const piece = this.#at(bytes);
    if (piece === "incomplete" && !atEnd) return undefined;
    if (typeof piece === "object") return piece;
    if (bytes.length === 0) return undefined;
    return { kind: "damage", bytes: nextMark(bytes, atEnd) };
  }

  #at(bytes: Buffer): LogPiece | "incomplete" | "invalid" {
    if (looksSealed(bytes)) return this.#openRun(bytes);
    if (bytes.length < FRAME_HEAD_BYTES) return "incomplete";
    if (!this.#run || !bytes.subarray(0, FRAME_MARK.length).equals(FRAME_MARK)) return "invalid";
    const [index, length] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8)];
    if (index < this.#run.nextFrame || length > MAX_FRAME_BYTES) return "invalid";
    const end = FRAME_HEAD_BYTES + length + TAG_BYTES;
    if (bytes.length < end) return "incomplete";
    const [head, sealed] = [bytes.subarray(0, FRAME_HEAD_BYTES), bytes.subarray(FRAME_HEAD_BYTES, end)];
    try {
      const plain = openPiece(this.#run.dataKey, index, false, sealed, head);
      const missing = index - this.#run.nextFrame;
      this.#run.nextFrame = index + 1;
      return { kind: "frame", bytes: end, plain, missing };
    } catch (error) {
      if (error instanceof BrokenSeal) return "invalid";
      throw error;
    }
  }

  #openRun(bytes: Buffer): LogPiece | "incomplete" | "invalid" {
    if (bytes.length < HEADER_BYTES) return "incomplete";
    try {
      const { dataKey } = openHeader(this.#keys, SealedKind.log, bytes);
      this.#run = { dataKey, nextFrame: 0 };
      return { kind: "run", bytes: HEADER_BYTES };
    } catch (error) {
      if (error instanceof MissingKey || !(error instanceof BrokenSeal)) throw error;
      return "invalid";
    }
  }
}

/**
 * A log's pieces from where `file` is read, behind `first`, which was read already. The file may still be growing.
 *
 * @throws MissingKey where a run is of a key that is not there.
 */
export async function* readLogPieces(
  file: FileHandle,
  keys: SealingKeys,
  first: Buffer = Buffer.alloc(0),
): AsyncGenerator<LogPiece> {
  const opener = new LogOpener(keys);
  for (let bytes = first, atEnd = false; ; ) {
    const piece = opener.next(bytes, atEnd);
    if (piece) {
      yield piece;
      bytes = bytes.subarray(piece.bytes);
      continue;
    }
    if (atEnd) return;
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
    atEnd = bytesRead === 0;
    bytes = Buffer.concat([bytes, buffer.subarray(0, bytesRead)]);
  }
}

/** How many bytes there are before the next thing that may be the beginning of a frame or a run. */
function nextMark(bytes: Buffer, atEnd: boolean): number {
  // Both marks begin with the same three bytes.
  const next = bytes.indexOf(FRAME_MARK.subarray(0, 3), 1);
  if (next > 0) return next;
  return atEnd ? bytes.length : Math.max(1, bytes.length - FRAME_MARK.length + 1);
}
