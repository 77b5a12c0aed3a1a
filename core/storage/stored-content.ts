import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { SealedFile } from "../sealing/sealed-file.ts";
import { BrokenSeal } from "../sealing/sealed-format.ts";
import type { SealingKeys } from "../sealing/sealing-keys.ts";

/** A stored file that was opened to be read. */
export interface StoredContent {
  /** Bytes. */
  readonly size: number;
  /** From `start` to before `end`, both within the file. */
  read(start?: number, end?: number): AsyncIterable<Buffer>;
  close(): Promise<void>;
  /** Where the file can be read as it is; null where it is encrypted. */
  readonly path: string | null;
  /** What it was when it was encrypted; null where it is not. */
  readonly sha256: string | null;
  /** Encrypted under the first key. */
  readonly current: boolean;
}

/** A file as it is. @throws with `code` ENOENT where there is none. */
export async function openPlainContent(path: string): Promise<StoredContent> {
  const { size } = await stat(path);
  return {
    size,
    // `end` of a read stream is the last byte that it gives.
    read: (start = 0, end = size) => (start >= end ? nothing() : createReadStream(path, { start, end: end - 1 })),
    close: async () => {},
    path,
    sha256: null,
    current: false,
  };
}

/** @throws with `code` ENOENT where there is none; BrokenSeal where it was altered or is not `sha256`. */
export async function openSealedContent(path: string, keys: SealingKeys, sha256?: string): Promise<StoredContent> {
  const file = await SealedFile.open(path, keys);
  if (sha256 !== undefined && file.sha256 !== sha256) {
    await file.close();
    throw new BrokenSeal("a sealed file is in another one's place");
  }
  return {
    size: file.size,
    read: (start, end) => file.read(start, end),
    close: () => file.close(),
    path: null,
    sha256: file.sha256,
    current: file.current,
  };
}

/** All of it, in memory. */
export async function readContent(content: StoredContent): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(content.size);
  let filled = 0;
  for await (const bytes of content.read()) filled += bytes.copy(whole, filled);
  if (filled !== content.size) throw new Error("a stored file became shorter while it was read");
  return whole;
}

async function* nothing(): AsyncGenerator<Buffer> {}
