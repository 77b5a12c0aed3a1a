import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { writeSealedFile } from "../sealing/sealed-file.ts";
import { NO_SEALING_KEYS, type SealingKeys, sealedName } from "../sealing/sealing-keys.ts";
import { isMissingFile } from "./is-missing-file.ts";
import { openPlainContent, openSealedContent, readContent, type StoredContent } from "./stored-content.ts";

/** A stored file. `key` is where it is; files are addressed by content, so the same bytes are stored once. */
export interface StoredFile {
  key: string;
  sha256: string;
  /** Bytes. */
  size: number;
}

/** What a file is to be; another is refused. `size` in bytes. */
export interface ExpectedFile {
  sha256: string;
  size: number;
}

/** The key of the file with this SHA-256, whether it is there or not. */
export function storageKeyOf(sha256: string): string {
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** Where files are: below `files` as they are, by their SHA-256; below `sealed` encrypted, by names that tell nothing. */
const [PLAIN, SEALED] = ["files", "sealed"] as const;

/** Where a process finds its open files by path: the only way to one whose name was removed. */
const NAMELESS = "/proc/";

/**
 * Files on a disk, addressed by their SHA-256, written whole or not at all: to a temporary name, synced, renamed, and
 * the folder synced, so that what a transaction names after that survives a power cut. A file is never changed.
 *
 * With keys, files are encrypted as they are stored (core/sealing); hash and size are those of what was given. Files
 * that were stored before there were keys, or under another of them, are found and read all the same.
 */
export class DiskStorage {
  /** By which files are encrypted, and journals with them; none where they are kept as they are. */
  readonly keys: SealingKeys;
  readonly #root: string;

  constructor(root: string, keys: SealingKeys = NO_SEALING_KEYS) {
    this.#root = root;
    this.keys = keys;
  }

  /** A path for a file in the making, on the same disk, so that `adopt` is a rename. */
  async temporaryPath(): Promise<string> {
    const directory = join(this.#root, "temporary");
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return join(directory, randomUUID());
  }

  async put(content: Uint8Array): Promise<StoredFile> {
    const sha256 = createHash("sha256").update(content).digest("hex");
    const path = await this.temporaryPath();
    try {
      if (this.keys.length === 0) await writeFile(path, content, { flag: "wx", flush: true });
      else await this.#seal(path, sha256, [content]);
      return await this.#place(path, sha256, content.byteLength);
    } catch (error) {
      // A full disk must not be kept full by what did not fit.
      await this.discard(path);
      throw error;
    }
  }

  /**
   * Takes over a finished file: reads it once for its hash, syncs it, and moves it in; with keys, reads it once more to
   * encrypt it, and removes it. With `expected`, a file of another hash or size stays where it is and the answer is
   * undefined.
   */
  async adopt(path: string): Promise<StoredFile>;
  async adopt(path: string, expected: ExpectedFile): Promise<StoredFile | undefined>;
  async adopt(path: string, expected?: ExpectedFile): Promise<StoredFile | undefined> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    const sha256 = hash.digest("hex");
    const file = await open(path, "r+");
    try {
      if (this.keys.length === 0) await file.sync();
      const { size } = await file.stat();
      if (expected && (sha256 !== expected.sha256 || size !== expected.size)) return undefined;
      if (this.keys.length === 0) return await this.#place(path, sha256, size);
    } finally {
      await file.close();
    }
    const taken = await this.take(createReadStream(path, { highWaterMark: 1024 * 1024 }), {
      sha256,
      size: (await stat(path)).size,
    });
    if (taken === undefined) throw new Error("a file changed while it was stored");
    await this.discard(path);
    return taken;
  }

  /** Stores what a stream gives, unless its hash or size is another than expected: then the answer is undefined. */
  async take(content: AsyncIterable<Uint8Array>, expected: ExpectedFile): Promise<StoredFile | undefined> {
    const path = await this.temporaryPath();
    const hash = createHash("sha256");
    let size = 0;
    async function* counted(): AsyncGenerator<Uint8Array> {
      for await (const bytes of content) {
        hash.update(bytes);
        size += bytes.length;
        yield bytes;
      }
    }
    try {
      if (this.keys.length === 0) await writeFile(path, counted(), { flag: "wx", flush: true });
      else await this.#seal(path, expected.sha256, counted());
      if (hash.digest("hex") === expected.sha256 && size === expected.size) {
        return await this.#place(path, expected.sha256, size);
      }
    } catch (error) {
      await this.discard(path);
      throw error;
    }
    await this.discard(path);
    return undefined;
  }

  /**
   * A file to be read, whole or in parts; the caller closes it.
   *
   * @throws with `code` ENOENT where there is none; BrokenSeal where it is encrypted and was altered or cut.
   */
  async open(key: string): Promise<StoredContent> {
    const sha256 = sha256Of(key);
    for (let look = 1; ; look++) {
      for (const [i] of this.keys.entries()) {
        const found = await orMissing(openSealedContent(this.#sealedPath(sha256, i), this.keys, sha256));
        if (found) return found;
      }
      try {
        return await openPlainContent(this.#plainPath(sha256));
      } catch (error) {
        // It may just have been encrypted, or encrypted anew, and be where it was looked for first.
        if (this.keys.length === 0 || look === 2 || !isMissingFile(error)) throw error;
      }
    }
  }

  /** A whole file, in memory. Throws as `open` does. */
  async read(key: string): Promise<Buffer> {
    const content = await this.open(key);
    try {
      return await readContent(content);
    } finally {
      await content.close();
    }
  }

  /**
   * Gives a file's path to `use`, for programs that read files themselves (ffmpeg, sharp). Read only, and only until
   * `use` is done: of an encrypted file it is the path of a decrypted copy. On Linux the copy has no name in any
   * folder, so that the end of this process is its end as well. Throws as `open` does.
   */
  async withFile<T>(key: string, use: (path: string) => Promise<T>): Promise<T> {
    const content = await this.open(key);
    try {
      return content.path === null ? await this.withCopy(content.read(), use) : await use(content.path);
    } finally {
      await content.close();
    }
  }

  /** Gives the path of a file with that content to `use`, in the way of `withFile`. */
  async withCopy<T>(content: AsyncIterable<Uint8Array>, use: (path: string) => Promise<T>): Promise<T> {
    const path = await this.temporaryPath();
    const copy = await open(path, "wx+", 0o600);
    try {
      if (process.platform === "linux") await this.discard(path);
      await writeFile(copy, content);
      return await use(process.platform === "linux" ? `${NAMELESS}${process.pid}/fd/${copy.fd}` : path);
    } finally {
      await copy.close();
      await this.discard(path);
    }
  }

  /**
   * Encrypts a stored file under the first key, in place of however it was stored. May be cut off at any time; whoever
   * reads the file meanwhile reads it whole.
   *
   * @throws BrokenSeal where it was altered, and Error where it is not what its name says: it is left as it is.
   */
  async reseal(path: string): Promise<"done" | "was current"> {
    const sealed = path.startsWith(join(this.#root, SEALED));
    const content = sealed ? await openSealedContent(path, this.keys) : await openPlainContent(path);
    try {
      if (content.current) return "was current";
      const sha256 = content.sha256 ?? sha256Of(path.slice(-67));
      const taken = await this.take(content.read(), { sha256, size: content.size });
      if (!taken) throw new Error("the file is not what its name says");
    } finally {
      await content.close();
    }
    await rm(path);
    return "done";
  }

  /** The paths of all stored files, encrypted or not; for `reseal`. */
  async *list(): AsyncGenerator<string> {
    for (const place of [PLAIN, SEALED]) {
      for (const folder of (await orMissing(readdir(join(this.#root, place)))) ?? []) {
        for (const name of await readdir(join(this.#root, place, folder))) {
          yield join(this.#root, place, folder, name);
        }
      }
    }
  }

  async #seal(path: string, sha256: string, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const file: FileHandle = await open(path, "wx", 0o600);
    try {
      await writeSealedFile(file, this.keys, Buffer.from(sha256, "hex"), content);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #place(path: string, sha256: string, size: number): Promise<StoredFile> {
    const target = this.keys.length > 0 ? this.#sealedPath(sha256, 0) : this.#plainPath(sha256);
    const folder = dirname(target);
    const made = await mkdir(folder, { recursive: true });
    // When it was stored, not when its bytes came: see `remove`.
    const now = new Date();
    await utimes(path, now, now);
    await rename(path, target);
    await syncFolder(folder);
    if (made !== undefined) await syncFolder(dirname(folder));
    return { key: storageKeyOf(sha256), sha256, size };
  }

  #plainPath(sha256: string): string {
    return join(this.#root, PLAIN, sha256.slice(0, 2), sha256);
  }

  /** Under one of the keys; the first is the one that files are stored with. */
  #sealedPath(sha256: string, index: number): string {
    const key = this.keys[index];
    if (!key) throw new Error("there is no such key");
    const name = sealedName(key, sha256);
    return join(this.#root, SEALED, name.slice(0, 2), name);
  }

  /** Removes temporary files that nobody has written to for `age_ms`: what processes that were killed have left. */
  async sweepTemporary(age_ms: number): Promise<void> {
    const directory = join(this.#root, "temporary");
    await mkdir(directory, { recursive: true, mode: 0o700 });
    for (const name of await readdir(directory)) {
      const path = join(directory, name);
      const written = await lastWritten(path);
      if (written !== undefined && Date.now() - written > age_ms) await this.discard(path);
    }
  }

  /**
   * Removes a stored file, however it is stored. One that was stored again within `young_ms` is left: whoever did that may
   * be about to name it, and the same bytes are one file. It is looked at where nobody else finds it, so that storing the
   * same at this very moment loses nothing.
   */
  async remove(key: string, young_ms: number): Promise<"removed" | "young" | "missing"> {
    const sha256 = sha256Of(key);
    let found: "removed" | "missing" = "missing";
    for (const path of [this.#plainPath(sha256), ...this.keys.map((_, index) => this.#sealedPath(sha256, index))]) {
      const written = await lastWritten(path);
      if (written === undefined) continue;
      if (Date.now() - written < young_ms) return "young";
      const aside = await this.temporaryPath();
      try {
        await rename(path, aside);
      } catch (error) {
        // Another run was faster.
        if (isMissingFile(error)) continue;
        throw error;
      }
      const taken = await lastWritten(aside);
      if (taken !== undefined && Date.now() - taken < young_ms) {
        await rename(aside, path);
        return "young";
      }
      await this.discard(aside);
      found = "removed";
    }
    return found;
  }

  /** Removes a temporary file that was not adopted. A copy that has no name goes when it is closed. */
  async discard(temporaryPath: string): Promise<void> {
    if (temporaryPath.startsWith(NAMELESS)) return;
    await rm(temporaryPath, { force: true, recursive: true });
  }
}

function sha256Of(key: string): string {
  if (!/^[0-9a-f]{2}\/[0-9a-f]{64}$/.test(key)) throw new Error("not a storage key");
  return key.slice(3);
}

/** Of a file, or of the newest in a folder, in milliseconds since 1970; undefined where it has just gone. */
async function lastWritten(path: string): Promise<number | undefined> {
  const found = await orMissing(stat(path));
  if (!found?.isDirectory()) return found?.mtimeMs;
  const times = await Promise.all(
    ((await orMissing(readdir(path))) ?? []).map((name) => lastWritten(join(path, name))),
  );
  return Math.max(found.mtimeMs, ...times.map((time) => time ?? 0));
}

async function orMissing<T>(look: Promise<T>): Promise<T | undefined> {
  try {
    return await look;
  } catch (error) {
    if (isMissingFile(error)) return undefined;
    throw error;
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
