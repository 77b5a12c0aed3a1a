import { crc32 } from "node:zlib";
import { z } from "zod";

/**
 * The journal: what a media process heard in a room, as it came, so that a recording can be made of it later.
 *
 * A *part* is one life of a media process in the room: a directory of *segments* `000001.nbj`, `000002.nbj`, …, each
 * at most {@link SEGMENT_SECONDS} long. A segment is nothing but records, one after the other; all numbers are
 * unsigned and big-endian:
 *
 * | offset | bytes | field |
 * |---|---|---|
 * | 0 | 2 | the mark 0x4E42 ("NB"), by which reading goes on after damage |
 * | 2 | 1 | kind, see {@link RecordKind} |
 * | 3 | 1 | 0, reserved |
 * | 4 | 2 | stream number, 0 where the record belongs to no stream |
 * | 6 | 2 | length L of the payload |
 * | 8 | 6 | arrival, in microseconds since the part began, by a monotonic clock |
 * | 14 | L | payload |
 * | 14 + L | 4 | CRC-32 (ISO-HDLC, as in zlib) of the bytes 0 to 13 + L |
 *
 * Payloads:
 *
 * | kind | payload |
 * |---|---|
 * | 1 segment header | JSON {@link SegmentHeader}; the first record of each segment |
 * | 2 stream announced | JSON {@link StreamAnnouncement}; again at the start of each segment while the stream lives |
 * | 3 stream ended | JSON {@link StreamEnd} |
 * | 4 stream paused, 5 stream resumed | none; a paused stream is silent on purpose |
 * | 6 RTP | one RTP packet (RFC 3550 section 5.1), of the announced payload type and SSRC |
 * | 7 RTCP | one RTCP compound packet (RFC 3550 section 6.1); the stream is found by its SSRC, the number is 0 |
 * | 8 gap | JSON {@link WriteGap}: records that could not be kept |
 * | 9 segment end | none; the last record of a whole segment, so that a cut one is known |
 * | 10 part end | none; the last record of a part whose writer was closed, so that a killed one is known |
 *
 * A segment that stands alone can be read alone: its header tells when the part began, and its live streams are
 * announced again.
 */
export const JOURNAL_VERSION = 1;
export const SEGMENT_SECONDS = 60;
export const RECORD_MARK = 0x4e42;
export const RECORD_HEAD_BYTES = 14;
export const RECORD_FRAME_BYTES = RECORD_HEAD_BYTES + 4;
export const MAX_PAYLOAD_BYTES = 0xffff;

export const RecordKind = {
  segmentHeader: 1,
  streamAnnounced: 2,
  streamEnded: 3,
  streamPaused: 4,
  streamResumed: 5,
  rtp: 6,
  rtcp: 7,
  gap: 8,
  segmentEnd: 9,
  partEnd: 10,
} as const;
export type RecordKind = (typeof RecordKind)[keyof typeof RecordKind];

/** `partStartedAt` is wall-clock time in milliseconds since 1970, the moment that all arrivals of the part count from. */
export const SegmentHeader = z.object({
  version: z.literal(JOURNAL_VERSION),
  segment: z.int().positive(),
  partStartedAt: z.number().nonnegative(),
});
export type SegmentHeader = z.infer<typeof SegmentHeader>;

/**
 * One producer of the room. `mimeType`, `clockRate`, `channels`, `payloadType` and `ssrc` are those of the packets in
 * the journal; `cname` (RFC 3550 section 6.5.1) is the same for all streams whose senders share a clock.
 */
export const StreamAnnouncement = z.object({
  stream: z.int().min(1).max(0xffff),
  participantId: z.string().min(1),
  role: z.enum(["participant", "inspector", "observer"]),
  kind: z.enum(["audio", "video"]),
  mimeType: z.string().min(1),
  clockRate: z.int().positive(),
  channels: z.int().positive().optional(),
  payloadType: z.int().min(0).max(127),
  ssrc: z.int().min(0).max(0xffffffff),
  cname: z.string().min(1),
});
export type StreamAnnouncement = z.infer<typeof StreamAnnouncement>;

/** `closed`: its sender took it back. `lost`: the sender's connection broke, so what it went on to send is missing. */
export const StreamEnd = z.object({ reason: z.enum(["closed", "lost"]) });
export type StreamEnd = z.infer<typeof StreamEnd>;

/** From the first record that could not be kept (`fromUs`, arrival) to where the journal goes on: the gap's own arrival. */
export const WriteGap = z.object({ fromUs: z.number().nonnegative(), records: z.int().positive() });
export type WriteGap = z.infer<typeof WriteGap>;

/** `000001.nbj` for 1. */
export function segmentFileName(segment: number): string {
  return `${String(segment).padStart(6, "0")}.nbj`;
}

/** Writes a record into `target` at `offset`, where there must be room for it, and answers the offset behind it. */
export function writeRecord(
  target: Buffer,
  offset: number,
  kind: RecordKind,
  stream: number,
  arrivalUs: number,
  payload: Uint8Array,
): number {
  const end = offset + RECORD_HEAD_BYTES + payload.length;
  target.writeUInt16BE(RECORD_MARK, offset);
  target.writeUInt8(kind, offset + 2);
  target.writeUInt8(0, offset + 3);
  target.writeUInt16BE(stream, offset + 4);
  target.writeUInt16BE(payload.length, offset + 6);
  target.writeUIntBE(arrivalUs, offset + 8, 6);
  target.set(payload, offset + RECORD_HEAD_BYTES);
  target.writeUInt32BE(crc32(target.subarray(offset, end)), end);
  return end + 4;
}
