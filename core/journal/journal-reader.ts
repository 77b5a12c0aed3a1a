import { open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  RECORD_FRAME_BYTES,
  RECORD_HEAD_BYTES,
  RECORD_MARK,
  RecordKind,
  SegmentHeader,
  segmentFileName,
} from "./format.ts";

export interface JournalRecord {
  readonly kind: RecordKind;
  /** 0 where the record belongs to no stream. */
  readonly stream: number;
  /** Microseconds since the part began. */
  readonly arrivalUs: number;
  /** A view of a larger buffer: copy it to keep it for long. */
  readonly payload: Buffer;
}

/** Bytes that are no records. At the end of a part's last segment that is the torn tail of a killed or a running writer. */
export interface JournalDamage {
  readonly kind: "damage";
  readonly bytes: number;
  /** Nothing readable follows in this segment. */
  readonly atEnd: boolean;
}

export interface JournalSegment {
  readonly segment: number;
  readonly path: string;
}

const READ_BYTES = 256 * 1024;
const MARK = Buffer.from([RECORD_MARK >> 8, RECORD_MARK & 0xff]);
const HIGHEST_KIND = Math.max(...Object.values(RecordKind));
const SEGMENT_NAME = /^(\d{6})\.nbj$/;

/** The segments that a part's directory holds, in order. A number that is missing was lost. */
export async function listSegments(directory: string): Promise<JournalSegment[]> {
  const numbers = (await readdir(directory)).flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b).map((segment) => ({ segment, path: join(directory, segmentFileName(segment)) }));
}

/**
 * A segment's first record and its arrival; null where it is damaged or not yet written.
 *
 * @throws where the segment is of another version than this reader's.
 */
export async function readSegmentHeader(path: string): Promise<{ header: SegmentHeader; startUs: number } | null> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    const record = recordAt(buffer.subarray(0, bytesRead), 0);
    if (typeof record === "string" || record.kind !== RecordKind.segmentHeader) return null;
    return { header: SegmentHeader.parse(JSON.parse(record.payload.toString())), startUs: record.arrivalUs };
  } finally {
    await handle.close();
  }
}

/**
 * The records of a segment in the order of their arrival, a buffer's worth at a time, whatever the segment's size.
 *
 * A record whose checksum fails is skipped to the next one whose checksum holds: damage costs what it hit and not the
 * rest of the minute, and its place is reported as {@link JournalDamage}. So is a tail that is cut in a record. The
 * segment may still be growing; what was written when a read reached the end is what comes.
 */
export async function* readSegment(path: string): AsyncGenerator<(JournalRecord | JournalDamage)[]> {
  const handle = await open(path, "r");
  try {
    let rest: Buffer = Buffer.alloc(0);
    let damaged = 0;
    for (;;) {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, null);
      const bytes =
        rest.length === 0 ? buffer.subarray(0, bytesRead) : Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      const parsed = parseRecords(bytes, damaged, bytesRead === 0);
      if (parsed.entries.length > 0) yield parsed.entries;
      if (bytesRead === 0) return;
      rest = bytes.subarray(parsed.used);
      damaged = parsed.damaged;
    }
  } finally {
    await handle.close();
  }
}

/** `damagedBefore`: bytes skipped since the last whole record. `used`: where the next call has to go on from. */
function parseRecords(bytes: Buffer, damagedBefore: number, isLast: boolean) {
  const entries: (JournalRecord | JournalDamage)[] = [];
  let damaged = damagedBefore;
  let offset = 0;
  while (offset < bytes.length) {
    const record = recordAt(bytes, offset);
    if (record === "incomplete" && !isLast) break;
    if (typeof record === "string") {
      const next = bytes.indexOf(MARK, offset + 1);
      // A mark may be cut in two by the buffer's end: its first byte has to stay.
      const to = next >= 0 ? next : isLast ? bytes.length : Math.max(offset + 1, bytes.length - 1);
      damaged += to - offset;
      offset = to;
      continue;
    }
    if (damaged > 0) entries.push({ kind: "damage", bytes: damaged, atEnd: false });
    damaged = 0;
    entries.push(record);
    offset += record.payload.length + RECORD_FRAME_BYTES;
  }
  if (isLast && damaged > 0) entries.push({ kind: "damage", bytes: damaged, atEnd: true });
  return { entries, used: offset, damaged };
}

function recordAt(bytes: Buffer, offset: number): JournalRecord | "incomplete" | "invalid" {
  if (bytes.length - offset < RECORD_FRAME_BYTES) return "incomplete";
  const kind = bytes.readUInt8(offset + 2);
  if (bytes.readUInt16BE(offset) !== RECORD_MARK || bytes[offset + 3] !== 0 || !isRecordKind(kind)) return "invalid";
  const end = offset + RECORD_HEAD_BYTES + bytes.readUInt16BE(offset + 6);
  if (end + 4 > bytes.length) return "incomplete";
  if (crc32(bytes.subarray(offset, end)) !== bytes.readUInt32BE(end)) return "invalid";
  return {
    kind,
    stream: bytes.readUInt16BE(offset + 4),
    arrivalUs: bytes.readUIntBE(offset + 8, 6),
    payload: bytes.subarray(offset + RECORD_HEAD_BYTES, end),
  };
}

function isRecordKind(kind: number): kind is RecordKind {
  return kind >= 1 && kind <= HIGHEST_KIND;
}
