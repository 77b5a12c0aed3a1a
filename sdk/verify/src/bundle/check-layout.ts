import type { Entry } from "@zip.js/zip.js";
import { Unreadable } from "../report.ts";

/*
 * Programs that unpack a ZIP read it in one of two ways: by the directory at its end, or from the beginning on, file after
 * file. Here both have to see the same files, and nothing besides: no byte may lie before, between or after them (APPNOTE
 * 6.3.10, clauses 4.3.6 to 4.3.16).
 */

const END = 0x06054b50;
const END_SIZE = 22;
const LOCATOR = 0x07064b50;
const LOCATOR_SIZE = 20;
const END_64 = 0x06064b50;
const END_64_SIZE = 56;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_SIZES = [12, 16, 20, 24];
const ZIP64_FIELD = 1;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

interface Directory {
  offset: number;
  length: number;
  end: number;
  /** How many files it says that there are. */
  count: number;
}

/** Where a ZIP's directory lies. @throws Unreadable where the file does not end with one */
export async function findDirectory(blob: Blob): Promise<Directory> {
  const at = blob.size - END_SIZE;
  const view = await read(blob, at, END_SIZE);
  if (view.getUint32(0, true) !== END || view.getUint16(20, true) !== 0)
    throw unclear("does not end with its directory");
  const [length, offset] = [view.getUint32(12, true), view.getUint32(16, true)];
  const count = view.getUint16(10, true);
  const is64 = offset === MAX_32 || length === MAX_32 || count === MAX_16;
  const found = is64 ? await findDirectory64(blob, at) : { offset, length, end: at, count };
  if (found.offset + found.length !== found.end) throw unclear("has bytes beside its directory");
  return found;
}

async function findDirectory64(blob: Blob, end: number): Promise<Directory> {
  const locator = await read(blob, end - LOCATOR_SIZE, LOCATOR_SIZE);
  const at = end - LOCATOR_SIZE - END_64_SIZE;
  const view = await read(blob, at, END_64_SIZE);
  const isThere = locator.getUint32(0, true) === LOCATOR && view.getUint32(0, true) === END_64;
  if (!isThere || locator.getBigUint64(8, true) !== BigInt(at)) throw unclear("does not end with its directory");
  const [count, length, offset] = [32, 40, 48].map((field) => Number(view.getBigUint64(field, true)));
  return { offset: offset ?? 0, length: length ?? 0, end: at, count: count ?? 0 };
}

/**
 * @param entries every entry of the directory
 * @param end where the directory begins
 * @throws Unreadable where read from the beginning on it would be another ZIP
 */
export async function checkLayout(blob: Blob, entries: readonly Entry[], end: number): Promise<void> {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  let at = 0;
  for (const [index, entry] of sorted.entries()) {
    if (entry.offset !== at) throw beside();
    const header = await read(blob, at, LOCAL_SIZE);
    const [nameLength, extraLength] = [header.getUint16(26, true), header.getUint16(28, true)];
    const name = await read(blob, at + LOCAL_SIZE, nameLength);
    const isSame =
      header.getUint32(0, true) === LOCAL &&
      nameLength === entry.rawFilename.length &&
      entry.rawFilename.every((byte, i) => byte === name.getUint8(i));
    if (!isSame) throw unclear("has a file whose name is another in its directory");
    const extra = await read(blob, at + LOCAL_SIZE + nameLength, extraLength);
    if (!isPackedAlike(header, extra, entry)) throw unclear("has a file that is packed otherwise in its directory");
    at += LOCAL_SIZE + nameLength + extraLength + entry.compressedSize;
    if ((header.getUint16(6, true) & 8) === 0) continue;
    const next = sorted[index + 1]?.offset ?? end;
    if (!DESCRIPTOR_SIZES.includes(next - at) || !isDescriptor(await read(blob, at, next - at), entry)) throw beside();
    at = next;
  }
  if (at !== end) throw beside();
}

/** Whether a file's own header says of its sizes what the directory says, or that they follow the file. */
function isPackedAlike(header: DataView, extra: DataView, entry: Entry): boolean {
  const isLater = (header.getUint16(6, true) & 8) !== 0;
  const large = findField(extra, ZIP64_FIELD);
  let at = 0;
  const says = (field: number, size: number) => {
    let said = header.getUint32(field, true);
    if (said === MAX_32 && large && at + 8 <= large.byteLength) {
      said = Number(large.getBigUint64(at, true));
      at += 8;
    }
    return said === size || (isLater && said === 0);
  };
  const hasMethod = header.getUint16(8, true) === entry.compressionMethod;
  return hasMethod && says(22, entry.uncompressedSize) && says(18, entry.compressedSize);
}

/** A field of those that are appended to a header (clause 4.5.1). */
function findField(extra: DataView, id: number): DataView | undefined {
  for (let at = 0; at + 4 <= extra.byteLength; at += 4 + extra.getUint16(at + 2, true)) {
    const length = Math.min(extra.getUint16(at + 2, true), extra.byteLength - at - 4);
    if (extra.getUint16(at, true) === id) return new DataView(extra.buffer, extra.byteOffset + at + 4, length);
  }
  return undefined;
}

/** What follows a file whose sizes were not known before it was written: with a signature or without, in 4 bytes or 8. */
function isDescriptor(view: DataView, entry: Entry): boolean {
  const isSigned = view.byteLength === 16 || view.byteLength === 24;
  const start = isSigned ? 4 : 0;
  const sizes =
    view.byteLength <= 16
      ? [view.getUint32(start + 4, true), view.getUint32(start + 8, true)]
      : [Number(view.getBigUint64(start + 4, true)), Number(view.getBigUint64(start + 12, true))];
  const isMarked = !isSigned || view.getUint32(0, true) === DESCRIPTOR;
  return isMarked && sizes[0] === entry.compressedSize && sizes[1] === entry.uncompressedSize;
}

async function read(blob: Blob, at: number, length: number): Promise<DataView> {
  if (at < 0 || at + length > blob.size) throw unclear("is cut short");
  return new DataView(await blob.slice(at, at + length).arrayBuffer());
}

function beside(): Unreadable {
  return unclear("has files in each other, or bytes between them");
}

function unclear(what: string): Unreadable {
  return new Unreadable("damaged", `the ZIP ${what}`);
}
