import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { isMissingFile } from "./is-missing-file.ts";

/** A stored file. `key` is where it is; files are addressed by content, so the same bytes are stored once. */
export interface StoredFile {
  key: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

/**
 * Files on a disk, addressed by their SHA-256, written whole or not at all: to a temporary name, synced, renamed, and
 * the folder synced, so that what a transaction names after that survives a power cut. A file is never changed.
 */
export class DiskStorage {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** A path for a file in the making, on the same disk, so that `adopt` is a rename. */
  async temporaryPath(): Promise<string> {
    const directory = join(this.#root, "temporary");
    await mkdir(directory, { recursive: true });
    return join(directory, randomUUID());
  }

  async put(content: Uint8Array): Promise<StoredFile> {
    const path = await this.temporaryPath();
    try {
      await writeFile(path, content, { flag: "wx", flush: true });
      return await this.#place(path, createHash("sha256").update(content).digest("hex"), content.byteLength);
    } catch (error) {
      // A full disk must not be kept full by what did not fit.
      await this.discard(path);
      throw error;
    }
  }

  /**
   * Takes over a finished file: reads it once for its hash, syncs it, and moves it in. With `expected`, a file of
   * another hash or size stays where it is and the answer is undefined.
   */
  async adopt(path: string): Promise<StoredFile>;
  async adopt(path: string, expected: { sha256: string; size: number }): Promise<StoredFile | undefined>;
  async adopt(path: string, expected?: { sha256: string; size: number }): Promise<StoredFile | undefined> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest("hex");
    const file = await open(path, "r+");
    try {
      await file.sync();
      const { size } = await file.stat();
      if (expected && (sha256 !== expected.sha256 || size !== expected.size)) return undefined;
      return await this.#place(path, sha256, size);
    } finally {
      await file.close();
    }
  }

  async #place(path: string, sha256: string, size: number): Promise<StoredFile> {
    const key = `${sha256.slice(0, 2)}/${sha256}`;
    const target = this.path(key);
    const folder = dirname(target);
    const made = await mkdir(folder, { recursive: true });
    await rename(path, target);
    await syncFolder(folder);
    if (made !== undefined) await syncFolder(dirname(folder));
    return { key, sha256, size };
  }

  /** The file's path, for programs that read files themselves (ffmpeg, sharp). Read only. */
  path(key: string): string {
    if (!/^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(key)) throw new Error("not a storage key");
    return join(this.#root, "files", key);
  }

  /** Removes temporary files older than `age_ms`: what processes that were killed have left. */
  async sweepTemporary(age_ms: number): Promise<void> {
    const directory = join(this.#root, "temporary");
    await mkdir(directory, { recursive: true });
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      const found = await stat(path).catch((error: unknown) => {
        if (isMissingFile(error)) return undefined;
        throw error;
      });
      if (found && Date.now() - found.mtimeMs > age_ms) await this.discard(path);
    }
  }

  /** Removes a temporary file that was not adopted. */
  async discard(temporaryPath: string): Promise<void> {
    await rm(temporaryPath, { force: true, recursive: true });
  }
}

/** Names in a folder are durable once the folder itself is synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export type Storage = DiskStorage;
