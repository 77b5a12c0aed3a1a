import { ImageProblem } from "./image-problem.ts";

const EXIF_HEADER = Buffer.from("Exif\0\0", "latin1");
const MAX_SEGMENT_BYTES = 65_533;

/** Markers (ITU-T T.81, table B.1). */
const APP0 = 0xe0;
const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
/** A marker may be preceded by any number of these (B.1.1.2). */
const FILL = 0xff;

/**
 * Gives a copy of a JPEG with this EXIF block (TIFF structure, with or without its `Exif` header) in place of its own.
 * Every other byte is taken over as it is.
 * @throws ImageProblem where the file's segments cannot be followed, or the block does not fit a segment.
 */
export function replaceJpegExif(jpeg: Uint8Array, exif: Uint8Array): Uint8Array {
  const source = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const block = startsWithHeader(exif) ? exif : Buffer.concat([EXIF_HEADER, exif]);
  if (block.length > MAX_SEGMENT_BYTES) throw damaged();
  const segment = Buffer.concat([Buffer.from([0xff, APP1, 0, 0]), block]);
  segment.writeUInt16BE(block.length + 2, 2);
  const parts: Uint8Array[] = [source.subarray(0, 2), segment];
  let offset = 2;
  for (;;) {
    if (offset + 4 > source.length || source[offset] !== 0xff) throw damaged();
    const marker = source[offset + 1];
    if (marker === FILL) {
      offset += 1;
      continue;
    }
    if (marker === START_OF_SCAN) break;
    const end = offset + 2 + source.readUInt16BE(offset + 2);
    const isExif = marker === APP1 && startsWithHeader(source.subarray(offset + 4, end));
    // JFIF asks to stand first; readers of EXIF look past it.
    if (marker === APP0 && parts.length === 2) parts.splice(1, 0, source.subarray(offset, end));
    else if (!isExif) parts.push(source.subarray(offset, end));
    offset = end;
  }
  parts.push(source.subarray(offset));
  return Buffer.concat(parts);
}

/** Tags (EXIF 2.32, 4.6.3 and 4.6.5). */
const EXIF_IFD = 0x8769;
const PIXEL_X_DIMENSION = 0xa002;
const PIXEL_Y_DIMENSION = 0xa003;

/** Gives a copy of an EXIF block whose pixel dimensions, where it has them, are these. */
export function setExifPixelSize(exif: Uint8Array, width: number, height: number): Uint8Array {
  const block = Buffer.from(exif);
  const tiff = startsWithHeader(block) ? block.subarray(EXIF_HEADER.length) : block;
  const littleEndian = tiff.toString("latin1", 0, 2) === "II";
  const read16 = (at: number): number => (littleEndian ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const read32 = (at: number): number => (littleEndian ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const findEntry = (directory: number, tag: number): number | undefined => {
    const count = read16(directory);
    for (let index = 0; index < count; index += 1) {
      const entry = directory + 2 + index * 12;
      if (read16(entry) === tag) return entry;
    }
    return undefined;
  };
  const exifPointer = findEntry(read32(4), EXIF_IFD);
  if (exifPointer === undefined) return block;
  const directory = read32(exifPointer + 8);
  for (const [tag, value] of [
    [PIXEL_X_DIMENSION, width],
    [PIXEL_Y_DIMENSION, height],
  ] as const) {
    const entry = findEntry(directory, tag);
    if (entry === undefined) continue;
    // Type 4 (LONG), one value, in the entry itself.
    for (const [at, number, bytes] of [
      [entry + 2, 4, 2],
      [entry + 4, 1, 4],
      [entry + 8, value, 4],
    ] as const) {
      if (littleEndian) tiff.writeUIntLE(number, at, bytes);
      else tiff.writeUIntBE(number, at, bytes);
    }
  }
  return block;
}

function startsWithHeader(bytes: Uint8Array): boolean {
  return EXIF_HEADER.equals(bytes.subarray(0, EXIF_HEADER.length));
}

function damaged(): ImageProblem {
  return new ImageProblem("damaged", "The picture's segments cannot be read.");
}
