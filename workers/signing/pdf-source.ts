import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { HashAlgorithm } from "@nexbasira/core/authority/hash-algorithm.ts";
import { type Storage, type StoredFile, storageKeyOf } from "@nexbasira/core/storage/storage.ts";

/** What is read of a file at once, in bytes. */
const PIECE = 256 * 1024;

/** The bytes of a PDF, wherever they are: what is asked for is read, and no copy of all of it is ever made. */
export interface PdfSource {
  /** Bytes. */
  readonly size: number;
  /** From `start` to before `end`, or to the file's end where that comes first. A view where they are in memory. */
  read(start: number, end: number): Uint8Array;
  /**
   * A hash that has taken in the first `position` bytes, which were read for it only once: each of the many digests of
   * a large file and its increments goes on from there. Where there is none, they begin with the first byte.
   */
  beginDigest?(algorithm: HashAlgorithm): Promise<{ hash: Hash; position: number }>;
}

/** From one offset to before another. */
export type ByteSpan = readonly [start: number, end: number];

/** A PDF that is in memory. */
export function pdfInMemory(bytes: Uint8Array): PdfSource {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** A PDF with an increment after its end. */
export function withIncrement(pdf: PdfSource, increment: Uint8Array): PdfSource {
  const read = (start: number, end: number): Uint8Array => {
    if (start >= pdf.size) return increment.subarray(start - pdf.size, Math.max(0, end - pdf.size));
    if (end <= pdf.size) return pdf.read(start, end);
    return Buffer.concat([pdf.read(start, pdf.size), increment.subarray(0, end - pdf.size)]);
  };
  return { ...pdf, size: pdf.size + increment.length, read };
}

/** A PDF as it was when it ended before `end`. */
export function firstBytes(pdf: PdfSource, end: number): PdfSource {
  return { ...pdf, size: end, read: (from, to) => pdf.read(from, Math.min(to, end)) };
}

/** Gives a stored PDF to `use`, open for as long as that takes. Throws as `Storage.open` does. */
export function withStoredPdf<T>(storage: Storage, key: string, use: (pdf: PdfSource) => Promise<T>): Promise<T> {
  return storage.withFile(key, async (path) => {
    const file = openSync(path, "r");
    try {
      return await use(pdfInFile(file));
    } finally {
      closeSync(file);
    }
  });
}

/** Read without waiting: what is parsed is a few small pieces, and each is read where it is needed. */
function pdfInFile(file: number): PdfSource {
  const { size } = fstatSync(file);
  const read = (start: number, end: number): Uint8Array => {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(end, size) - start));
    let filled = 0;
    while (filled < bytes.length) {
      const count = readSync(file, bytes, filled, bytes.length - filled, start + filled);
      if (count === 0) throw new Error("a PDF became shorter while it was read");
      filled += count;
    }
    return bytes;
  };
  const begun = new Map<HashAlgorithm, Promise<Hash>>();
  const beginDigest = async (algorithm: HashAlgorithm) => {
    const whole = begun.get(algorithm) ?? hashPieces({ size, read }, createHash(algorithm), [[0, size]]);
    begun.set(algorithm, whole);
    return { hash: (await whole).copy(), position: size };
  };
  return { size, read, beginDigest };
}

/**
 * Stores a PDF; what is written is hashed again, so that a file that was misread before is not stored. `note` is
 * given its key before it is there, so that the file is found where its worker is killed before anything names it.
 */
export async function storePdf(
  storage: Storage,
  pdf: PdfSource,
  note: (key: string) => Promise<void>,
): Promise<StoredFile> {
  const digest = await digestPdf(pdf, "SHA-256", [[0, pdf.size]]);
  const sha256 = Buffer.from(digest).toString("hex");
  await note(storageKeyOf(sha256));
  const stored = await storage.take(listPieces(pdf, [[0, pdf.size]]), { sha256, size: pdf.size });
  if (!stored) throw new Error("a PDF changed while it was stored");
  return stored;
}

/** The whole of a PDF that is small enough for memory. */
export function readPdf(pdf: PdfSource): Uint8Array {
  return pdf.read(0, pdf.size);
}

/** The digest of spans of a PDF, one after the other. */
export async function digestPdf(
  pdf: PdfSource,
  algorithm: HashAlgorithm,
  spans: readonly ByteSpan[],
): Promise<Uint8Array<ArrayBuffer>> {
  const [[start, end] = [0, 0], ...others] = spans;
  const begun = start === 0 ? await pdf.beginDigest?.(algorithm) : undefined;
  const hash =
    begun && begun.position <= end
      ? await hashPieces(pdf, begun.hash, [[begun.position, end], ...others])
      : await hashPieces(pdf, createHash(algorithm), spans);
  return new Uint8Array(hash.digest());
}

async function hashPieces(pdf: PdfSource, hash: Hash, spans: readonly ByteSpan[]): Promise<Hash> {
  for await (const piece of listPieces(pdf, spans)) hash.update(piece);
  return hash;
}

async function* listPieces(pdf: PdfSource, spans: readonly ByteSpan[]): AsyncGenerator<Uint8Array> {
  for (const [start, end] of spans) {
    for (let position = start; position < end; position += PIECE) {
      yield pdf.read(position, Math.min(position + PIECE, end));
      // Others shall get their turn, as nothing here waits.
      await setImmediate();
    }
  }
}
