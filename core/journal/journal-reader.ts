import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { NO_SEALING_KEYS, type SealingKeys } from "../sealing/sealing-keys.ts";
import {
  RECORD_FRAME_BYTES,
  RECORD_HEAD_BYTES,
  RECORD_MARK,
  RecordKind,
  SegmentHeader,
  segmentFileName,
} from "./format.ts";
import { readSegmentBytes } from "./segment-bytes.ts";

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
export async function readSegmentHeader(
  path: string,
  keys: SealingKeys = NO_SEALING_KEYS,
): Promise<{ header: SegmentHeader; startUs: number } | null> {
  for await (const entries of readSegment(path, keys)) {
    const [record] = entries;
    if (record?.kind !== RecordKind.segmentHeader) return null;
    return { header: SegmentHeader.parse(JSON.parse(record.payload.toString())), startUs: record.arrivalUs };
  }
  return null;
}

/**
 * The records of a segment in the order of their arrival, a buffer's worth at a time, whatever the segment's size.
 *
 * A record whose checksum fails is skipped to the next one whose checksum holds: damage costs what it hit and not the
 * rest of the minute, and its place is reported as {@link JournalDamage}. So is a tail that is cut in a record. The
 * segment may still be growing; what was written when a read reached the end is what comes. An encrypted segment is
 * opened with `keys`; damage costs the batch it hit.
 *
 * @throws MissingKey where the segment is encrypted with none of the keys.
 */
export async function* readSegment(
  path: string,
  keys: SealingKeys = NO_SEALING_KEYS,
): AsyncGenerator<(JournalRecord | JournalDamage)[]> {
  let rest: Buffer = Buffer.alloc(0);
  let damaged = 0;
  for await (const read of readSegmentBytes(path, keys)) {
    // Batches hold whole records: what is left of one before damage is damaged as well.
    if (read.damaged > 0) damaged += read.damaged + rest.length;
    const bytes = rest.length === 0 || read.damaged > 0 ? read.bytes : Buffer.concat([rest, read.bytes]);
    const parsed = parseRecords(bytes, damaged, false);
    if (parsed.entries.length > 0) yield parsed.entries;
    rest = bytes.subarray(parsed.used);
    damaged = parsed.damaged;
  }
  const { entries } = parseRecords(rest, damaged, true);
  if (entries.length > 0) yield entries;
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
