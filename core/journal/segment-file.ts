import { type FileHandle, open } from "node:fs/promises";
import { dirname } from "node:path";
import { LogSealer } from "../sealing/sealed-log.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";
import { MAX_PAYLOAD_BYTES, RECORD_FRAME_BYTES, type RecordKind, writeRecord } from "./format.ts";

interface Chunk {
  readonly bytes: Buffer;
  /** Up to here there are records. */
  filled: number;
  /** Up to here they are in the file. */
  written: number;
}

/** A batch as it goes to the file, sealed. */
interface SealedBatch {
  readonly bytes: Buffer;
  written: number;
  /** Bytes of records in it. */
  readonly covers: number;
}

/** Room for any record; in a usual room a tenth of it is in use, and the one chunk of a segment is used over and over. */
const CHUNK_BYTES = MAX_PAYLOAD_BYTES + RECORD_FRAME_BYTES;

/**
 * One segment as it is being written. `append` only copies into memory; `write` brings what was appended to the file,
 * and may be called again after it failed: it goes on with the byte where it stopped, so that a disk that was full for
 * a while leaves no broken record behind. One `write` at a time. With keys, what one `write` finds in a chunk is one
 * frame of a sealed log (core/sealing/sealed-log.ts).
 */
export class SegmentFile {
  /** Nothing more is appended. */
  sealed = false;
  readonly #path: string;
  readonly #sealer: LogSealer | null;
  /** Begun and not yet whole in the file. */
  #batch: SealedBatch | null = null;
  /** Takes the next record; the other chunks are full. */
  #last: Chunk = emptyChunk();
  readonly #chunks: Chunk[] = [this.#last];
  #handle: FileHandle | null = null;
  #position = 0;
  #syncedPosition = 0;
  #pendingBytes = 0;

  constructor(path: string, keys: SealingKeys) {
    this.#path = path;
    this.#sealer = keys.length > 0 ? new LogSealer(keys) : null;
  }

  /** Bytes that are in memory alone. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  append(kind: RecordKind, stream: number, arrivalUs: number, payload: Uint8Array): void {
    const size = payload.length + RECORD_FRAME_BYTES;
    if (size > CHUNK_BYTES - this.#last.filled) {
      this.#last = emptyChunk();
      this.#chunks.push(this.#last);
    }
    this.#last.filled = writeRecord(this.#last.bytes, this.#last.filled, kind, stream, arrivalUs, payload);
    this.#pendingBytes += size;
  }

  /** Resolves when all that was appended is handed to the operating system, so that the death of this process loses none of it. */
  async write(): Promise<void> {
    this.#handle ??= await createFile(this.#path);
    for (let chunk = this.#chunks[0]; chunk; chunk = this.#chunks[0]) {
      if (chunk.written < chunk.filled) {
        const taken = this.#sealer
          ? await this.#writeSealed(this.#handle, this.#sealer, chunk)
          : await this.#writeBytes(this.#handle, chunk.bytes, chunk.written, chunk.filled);
        chunk.written += taken;
        this.#pendingBytes -= taken;
      } else if (chunk !== this.#last) {
        this.#chunks.shift();
      } else {
        chunk.filled = 0;
        chunk.written = 0;
        return;
      }
    }
  }

  /** How many of the bytes of `buffer` from `from` to before `to` are in the file now: not always all, but some. */
  async #writeBytes(handle: FileHandle, buffer: Buffer, from: number, to: number): Promise<number> {
    const { bytesWritten } = await handle.write(buffer, from, to - from, this.#position);
    if (bytesWritten === 0) throw new Error(`nothing could be written to ${this.#path}`);
    this.#position += bytesWritten;
    return bytesWritten;
  }

  /** How many of the chunk's bytes are in the file now: none until their frame is whole in it. */
  async #writeSealed(handle: FileHandle, sealer: LogSealer, chunk: Chunk): Promise<number> {
    if (this.#batch === null) {
      const frame = sealer.seal(chunk.bytes.subarray(chunk.written, chunk.filled));
      const bytes = this.#position === 0 ? Buffer.concat([sealer.header, frame]) : frame;
      this.#batch = { bytes, written: 0, covers: chunk.filled - chunk.written };
    }
    const batch = this.#batch;
    batch.written += await this.#writeBytes(handle, batch.bytes, batch.written, batch.bytes.length);
    if (batch.written < batch.bytes.length) return 0;
    this.#batch = null;
    return batch.covers;
  }

  /** Resolves when what was written survives the death of the machine. */
  async sync(): Promise<void> {
    if (!this.#handle || this.#position === this.#syncedPosition) return;
    const position = this.#position;
    await this.#handle.datasync();
    this.#syncedPosition = position;
  }

  /** Idempotent; what is still pending is lost. The file is closed even where its last sync fails, which is thrown. */
  async close(): Promise<void> {
    const handle = this.#handle;
    if (!handle) return;
    try {
      await this.sync();
    } finally {
      this.#handle = null;
      await handle.close();
    }
  }
}

function emptyChunk(): Chunk {
  return { bytes: Buffer.allocUnsafe(CHUNK_BYTES), filled: 0, written: 0 };
}

/** Makes the file, which must not exist, and its directory entry durable: `fdatasync` of a file does not cover its name. */
async function createFile(path: string): Promise<FileHandle> {
  const handle = await open(path, "wx");
  const directory = await open(dirname(path), "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
  return handle;
}
