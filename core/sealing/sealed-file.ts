import { type FileHandle, open } from "node:fs/promises";
import {
  BrokenSeal,
  CHUNK_BYTES,
  HEADER_BYTES,
  makeHeader,
  openHeader,
  openPiece,
  SealedKind,
  sealPiece,
  TAG_BYTES,
} from "./sealed-format.ts";
import type { SealingKeys } from "./sealing-keys.ts";

const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES;
/** Chunks that are read or written by one call. Of 4, 16 and 64, 16 is about as fast as 64. */
const CHUNKS_AT_ONCE = 16;

/**
 * Writes a sealed file of what `source` gives, to an empty file. `contentId` is the content's SHA-256; whether it is,
 * the caller knows.
 */
export async function writeSealedFile(
  file: FileHandle,
  keys: SealingKeys,
  contentId: Buffer,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const { header, dataKey } = makeHeader(keys, SealedKind.file, contentId);
  let output: Buffer[] = [header];
  let index = 0;
  let waiting: Uint8Array = Buffer.alloc(0);
  const seal = (plain: Uint8Array, last: boolean) => {
    output.push(...sealPiece(dataKey, index, last, plain));
    index += 1;
  };
  const flush = async () => {
    await writeAll(file, output);
    output = [];
  };
  for await (const part of source) {
    const bytes: Uint8Array = waiting.length > 0 ? Buffer.concat([waiting, part]) : part;
    let from = 0;
    // Whether a full chunk is the last one is known when more comes.
    for (; bytes.length - from > CHUNK_BYTES; from += CHUNK_BYTES) {
      seal(bytes.subarray(from, from + CHUNK_BYTES), false);
      if (output.length >= 2 * CHUNKS_AT_ONCE) await flush();
    }
    // The source may use its buffer again.
    waiting = Buffer.from(bytes.subarray(from));
  }
  seal(waiting, true);
  await flush();
}

async function writeAll(file: FileHandle, buffers: Buffer[]): Promise<void> {
  const { bytesWritten } = await file.writev(buffers);
  const missing = buffers.reduce((sum, buffer) => sum + buffer.length, 0) - bytesWritten;
  if (missing === 0) return;
  const rest = Buffer.concat(buffers).subarray(bytesWritten);
  for (let written = 0; written < rest.length; ) {
    const step = await file.write(rest, written);
    if (step.bytesWritten === 0) throw new Error("nothing could be written to a sealed file");
    written += step.bytesWritten;
  }
}

/** A sealed file that is read: whole, or any part of it. Every byte it gives was authenticated. */
export class SealedFile {
  /** Bytes of the plaintext. */
  readonly size: number;
  /** SHA-256 of the plaintext, as it was when it was sealed. */
  readonly sha256: string;
  /** Whether the first of the keys sealed it. */
  readonly current: boolean;
  readonly #file: FileHandle;
  readonly #dataKey: Buffer;
  readonly #lastIndex: number;
  #closed: Promise<void> | undefined;

  private constructor(
    file: FileHandle,
    header: { dataKey: Buffer; contentId: Buffer; current: boolean },
    sealedSize: number,
  ) {
    const body = sealedSize - HEADER_BYTES;
    this.#file = file;
    this.#dataKey = header.dataKey;
    this.#lastIndex = Math.ceil(body / SEALED_CHUNK_BYTES) - 1;
    this.size = body - (this.#lastIndex + 1) * TAG_BYTES;
    this.sha256 = header.contentId.toString("hex");
    this.current = header.current;
  }

  /**
   * Reads header and last chunk, so that a file that was cut is known before anybody is told its size.
   *
   * @throws BrokenSeal where it was altered or cut, or none of the keys opens it.
   */
  static async open(path: string, keys: SealingKeys): Promise<SealedFile> {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      const header = await readExactly(file, 0, Math.min(size, HEADER_BYTES));
      const sealed = new SealedFile(file, openHeader(keys, SealedKind.file, header), size);
      if (sealed.#lastIndex < 0) throw new BrokenSeal("a sealed file ends with its header");
      await sealed.#readChunks(sealed.#lastIndex, sealed.#lastIndex);
      return sealed;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** The plaintext from `start` to before `end`, both within the file, in parts of up to 64 KiB. */
  async *read(start = 0, end = this.size): AsyncGenerator<Buffer> {
    if (start >= end) return;
    const lastChunk = Math.floor((end - 1) / CHUNK_BYTES);
    for (let chunk = Math.floor(start / CHUNK_BYTES); chunk <= lastChunk; chunk += CHUNKS_AT_ONCE) {
      const to = Math.min(lastChunk, chunk + CHUNKS_AT_ONCE - 1);
      for (const [i, plain] of (await this.#readChunks(chunk, to)).entries()) {
        const at = (chunk + i) * CHUNK_BYTES;
        yield plain.subarray(Math.max(0, start - at), Math.min(plain.length, end - at));
      }
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#file.close();
    return this.#closed;
  }

  async #readChunks(from: number, to: number): Promise<Buffer[]> {
    const at = HEADER_BYTES + from * SEALED_CHUNK_BYTES;
    const end =
      to === this.#lastIndex
        ? HEADER_BYTES + this.size + (to + 1) * TAG_BYTES
        : at + (to - from + 1) * SEALED_CHUNK_BYTES;
    const sealed = await readExactly(this.#file, at, end - at);
    const plain: Buffer[] = [];
    for (let index = from; index <= to; index++) {
      const offset = (index - from) * SEALED_CHUNK_BYTES;
      const piece = sealed.subarray(offset, Math.min(sealed.length, offset + SEALED_CHUNK_BYTES));
      plain.push(openPiece(this.#dataKey, index, index === this.#lastIndex, piece));
    }
    return plain;
  }
}

async function readExactly(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new BrokenSeal("a sealed file became shorter while it was read");
    filled += bytesRead;
  }
  return buffer;
}
