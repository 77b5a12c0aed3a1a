import { type FileHandle, open } from "node:fs/promises";
import { looksSealed } from "../sealing/sealed-format.ts";
import { readLogPieces } from "../sealing/sealed-log.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";

/** What a read of a segment gave. `damaged`: so many bytes of the file before `bytes` cannot be opened. */
export interface SegmentBytes {
  bytes: Buffer;
  damaged: number;
}

const READ_BYTES = 256 * 1024;

/**
 * The bytes of a segment's records, decrypted where it is encrypted: its first bytes say so, since a plain segment
 * begins with a record's mark. The file may still be growing; what was written when a read reached the end is what comes.
 *
 * @throws MissingKey where it is encrypted with none of the keys.
 */
export async function* readSegmentBytes(path: string, keys: SealingKeys): AsyncGenerator<SegmentBytes> {
  const handle = await open(path, "r");
  try {
    const first = await readSome(handle);
    if (looksSealed(first)) yield* openFrames(handle, keys, first);
    else for (let bytes = first; bytes.length > 0; bytes = await readSome(handle)) yield { bytes, damaged: 0 };
  } finally {
    await handle.close();
  }
}

async function* openFrames(handle: FileHandle, keys: SealingKeys, first: Buffer): AsyncGenerator<SegmentBytes> {
  let damaged = 0;
  for await (const piece of readLogPieces(handle, keys, first)) {
    if (piece.kind === "damage") damaged += piece.bytes;
    if (piece.kind !== "frame") continue;
    // Frames that were taken out leave no bytes behind, and are missing all the same.
    yield { bytes: piece.plain, damaged: Math.max(damaged, piece.missing) };
    damaged = 0;
  }
  if (damaged > 0) yield { bytes: Buffer.alloc(0), damaged };
}

async function readSome(handle: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
  return buffer.subarray(0, bytesRead);
}
