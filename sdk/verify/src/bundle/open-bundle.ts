import { sha256 } from "@noble/hashes/sha2.js";
import { BlobReader, type Entry, type FileEntry, ZipReader } from "@zip.js/zip.js";
import { Unreadable } from "../report.ts";
import { checkLayout, findDirectory } from "./check-layout.ts";

const MAX_ENTRIES = 20_000;
/** In bytes: it is held in memory as a whole. */
const MAX_DIRECTORY = 16 * 1024 * 1024;
/** How much larger the files may be than the bundle: media do not compress, and text does twentyfold. */
const MAX_RATIO = 20;
const MAX_GROWTH = 256 * 1024 * 1024;

/** The files of a ZIP, whose names are safe and there once. */
export interface Bundle {
  names: readonly string[];
  has(name: string): boolean;
  sizeOf(name: string): number;
  /** The whole file. @throws Unreadable where it is larger than `limit` bytes, or damaged */
  read(name: string, limit: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The SHA-256 of a file, in hexadecimal; null where it cannot be decompressed to what it says. */
  digest(name: string, onBytes?: (count: number) => void | Promise<void>): Promise<string | null>;
  close(): Promise<void>;
}

/** @throws Unreadable for what is no ZIP, for one that is made to do harm, and for an encrypted one */
export async function openBundle(blob: Blob): Promise<Bundle> {
  const reader = new ZipReader(new BlobReader(blob), {
    useWebWorkers: false,
    checkSignature: true,
    strictness: "strict",
  });
  try {
    const { offset, length, count } = await findDirectory(blob);
    if (count > MAX_ENTRIES || length > MAX_DIRECTORY) throw new Unreadable("too_large", "the ZIP has too many files");
    const entries = await listEntries(reader);
    await checkLayout(blob, entries, offset);
    return bundleOf(nameFiles(entries, blob.size), reader);
  } catch (cause) {
    await reader.close();
    if (cause instanceof Unreadable) throw cause;
    throw new Unreadable("damaged", "the ZIP cannot be read", { cause });
  }
}

async function listEntries(reader: ZipReader<unknown>): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of reader.getEntriesGenerator()) {
    if (entry.encrypted) throw new Unreadable("encrypted", "the ZIP is encrypted");
    if (!isSafe(entry.filename))
      throw new Unreadable("not_understood", `the ZIP has a file with a name that leads elsewhere: ${entry.filename}`);
    entries.push(entry);
  }
  return entries;
}

/** Its files by their names, in which A is no other than a, as some see it that unpack it. */
function nameFiles(entries: readonly Entry[], size: number): Map<string, FileEntry> {
  const files = new Map<string, FileEntry>();
  let uncompressed = 0;
  for (const entry of entries) {
    if (entry.directory && entry.compressedSize === 0 && entry.uncompressedSize === 0) continue;
    if (entry.directory)
      throw new Unreadable("not_understood", `the ZIP has a folder with a content: ${entry.filename}`);
    const key = keyOf(entry.filename);
    // Readers differ in which of two they take.
    if (files.has(key)) throw new Unreadable("not_understood", `the ZIP has the file ${entry.filename} twice`);
    files.set(key, entry);
    uncompressed += entry.uncompressedSize;
  }
  if (uncompressed > size * MAX_RATIO + MAX_GROWTH) throw new Unreadable("too_large", "the ZIP's files are too large");
  return files;
}

function keyOf(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

function isSafe(name: string): boolean {
  const parts = name.replace(/\/$/, "").split("/");
  const isPlain = name.length <= 300 && !/[\\:\p{Cc}]/u.test(name);
  return isPlain && parts.every((part) => part !== "" && part !== "." && part !== "..");
}

function bundleOf(files: ReadonlyMap<string, FileEntry>, reader: ZipReader<unknown>): Bundle {
  // A name that differs in case is another one.
  const find = (name: string) => {
    const entry = files.get(keyOf(name));
    return entry?.filename === name ? entry : undefined;
  };
  const stream = async (name: string, onChunk: (chunk: Uint8Array<ArrayBuffer>) => void | Promise<void>) => {
    const entry = find(name);
    if (!entry) throw new Unreadable("damaged", `the bundle has no ${name}`);
    let size = 0;
    await entry.getData(
      new WritableStream<Uint8Array<ArrayBuffer>>({
        write: async (chunk) => {
          size += chunk.length;
          if (size > entry.uncompressedSize) throw new Unreadable("damaged", `${name} is larger than it says`);
          await onChunk(chunk);
        },
      }),
    );
    if (size !== entry.uncompressedSize) throw new Unreadable("damaged", `${name} is smaller than it says`);
  };
  return {
    names: [...files.values()].map(({ filename }) => filename),
    has: (name) => find(name) !== undefined,
    sizeOf: (name) => find(name)?.uncompressedSize ?? 0,
    read: async (name, limit) => {
      const size = find(name)?.uncompressedSize ?? 0;
      if (size > limit) throw new Unreadable("too_large", `${name} is too large`);
      const whole = new Uint8Array(size);
      let at = 0;
      try {
        await stream(name, (chunk) => {
          whole.set(chunk, at);
          at += chunk.length;
        });
      } catch (cause) {
        if (cause instanceof Unreadable) throw cause;
        throw new Unreadable("damaged", `${name} cannot be unpacked`, { cause });
      }
      return whole;
    },
    digest: async (name, onBytes) => {
      const hash = sha256.create();
      try {
        await stream(name, (chunk) => {
          hash.update(chunk);
          return onBytes?.(chunk.length);
        });
      } catch {
        // Its checksum or its form is damaged: it is not the file that was put in.
        return null;
      }
      return [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    },
    close: async () => {
      await reader.close();
    },
  };
}
