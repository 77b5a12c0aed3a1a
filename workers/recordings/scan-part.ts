import { RecordKind, StreamAnnouncement, StreamEnd, WriteGap } from "@nexbasira/core/journal/format.ts";
import {
  type JournalDamage,
  type JournalRecord,
  listSegments,
  readSegment,
  readSegmentHeader,
} from "@nexbasira/core/journal/journal-reader.ts";
import { NO_SEALING_KEYS, type SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { parseRtp, parseSenderReports } from "./parse-rtp.ts";
import type { GapReason } from "./recording-gap.ts";
import { StreamClockObserver } from "./stream-clock.ts";

/** What a part's directory says without being read through. Times count from the part's beginning. */
export interface PartOutline {
  /** Wall-clock time of the part's beginning, in milliseconds since 1970. */
  startedAt: number;
  /** The arrival of the last record that can be read. */
  endMs: number;
  /** Its writer was closed in order. */
  ended: boolean;
  segments: { segment: number; path: string; startMs: number }[];
  /** What opens them, where they are encrypted. */
  keys: SealingKeys;
}

export interface ScannedStream {
  announcement: StreamAnnouncement;
  clock: StreamClockObserver;
  /** Arrivals of the first and last packet; null while there was none. */
  arrivals: { firstMs: number; lastMs: number } | null;
  /** Null: it lived as long as the part. */
  end: StreamEnd["reason"] | null;
  /** When that was told; null where it was not. */
  endedMs: number | null;
  paused: boolean;
  /** Arrivals of its pauses. */
  pausesMs: number[];
  /** Numbers of the segments that hold packets of it. */
  segments: Set<number>;
}

export interface PartScan {
  streams: Map<number, ScannedStream>;
  /** What the journal itself lacks. */
  gaps: { fromMs: number; toMs: number; reason: GapReason }[];
}

/** Null where nothing of the part can be read. */
export async function outlinePart(directory: string, keys: SealingKeys = NO_SEALING_KEYS): Promise<PartOutline | null> {
  const segments: PartOutline["segments"] = [];
  let startedAt: number | null = null;
  for (const { segment, path } of await listSegments(directory)) {
    const found = await readSegmentHeader(path, keys);
    startedAt ??= found?.header.partStartedAt ?? null;
    // A segment whose header is damaged cannot have begun before the one before it.
    segments.push({ segment, path, startMs: found ? found.startUs / 1000 : (segments.at(-1)?.startMs ?? 0) });
  }
  if (startedAt === null) return null;
  for (const { path } of segments.toReversed()) {
    const last = await lastRecord(path, keys);
    if (!last) continue;
    return { startedAt, segments, keys, endMs: last.arrivalUs / 1000, ended: last.kind === RecordKind.partEnd };
  }
  return null;
}

async function lastRecord(path: string, keys: SealingKeys): Promise<JournalRecord | null> {
  let last: JournalRecord | null = null;
  for await (const batch of readSegment(path, keys)) {
    for (const entry of batch) if (entry.kind !== "damage") last = entry;
  }
  return last;
}

/** Reads `segments`, neighbours of one part in order, and learns what its streams are and how their clocks go. */
export async function scanPart(
  { segments, keys }: Pick<PartOutline, "segments" | "keys">,
  signal?: AbortSignal,
): Promise<PartScan> {
  const scanner = new PartScanner();
  for (const [i, { segment, path }] of segments.entries()) {
    scanner.beginSegment(segment);
    for await (const batch of readSegment(path, keys)) {
      signal?.throwIfAborted();
      for (const entry of batch) scanner.take(entry, i === segments.length - 1);
    }
  }
  return scanner.scan;
}

class PartScanner {
  readonly scan: PartScan = { streams: new Map(), gaps: [] };
  readonly #bySsrc = new Map<number, ScannedStream>();
  #segment = 0;
  #lastMs = 0;
  /** Bytes or a whole file are missing since the last record. */
  #damaged = false;
  #sealed = true;

  beginSegment(segment: number): void {
    if (this.#segment > 0 && (!this.#sealed || segment !== this.#segment + 1)) this.#damaged = true;
    this.#segment = segment;
    this.#sealed = false;
  }

  take(entry: JournalRecord | JournalDamage, isLastSegment: boolean): void {
    if (entry.kind === "damage") {
      // The last segment's tail is where a killed writer stopped; nothing that it had written is missing.
      this.#damaged ||= !(entry.atEnd && isLastSegment);
      return;
    }
    const arrivalMs = entry.arrivalUs / 1000;
    if (this.#damaged) this.scan.gaps.push({ fromMs: this.#lastMs, toMs: arrivalMs, reason: "journal_damaged" });
    this.#damaged = false;
    this.#lastMs = arrivalMs;
    this.#takeRecord(entry, arrivalMs);
  }

  #takeRecord(record: JournalRecord, arrivalMs: number): void {
    const stream = this.scan.streams.get(record.stream);
    switch (record.kind) {
      case RecordKind.rtp:
        if (stream) this.#takePacket(stream, record.payload, arrivalMs);
        break;
      case RecordKind.rtcp:
        for (const { ssrc, ntpMs, timestamp } of parseSenderReports(record.payload)) {
          this.#bySsrc.get(ssrc)?.clock.report(ntpMs, timestamp, arrivalMs);
        }
        break;
      case RecordKind.streamAnnounced:
        this.#announce(StreamAnnouncement.parse(JSON.parse(record.payload.toString())));
        break;
      case RecordKind.streamEnded:
        if (stream) {
          stream.end = StreamEnd.parse(JSON.parse(record.payload.toString())).reason;
          stream.endedMs = arrivalMs;
        }
        break;
      case RecordKind.streamPaused:
      case RecordKind.streamResumed:
        if (stream) setPaused(stream, record.kind === RecordKind.streamPaused, arrivalMs);
        break;
      case RecordKind.gap: {
        const { fromUs } = WriteGap.parse(JSON.parse(record.payload.toString()));
        this.scan.gaps.push({ fromMs: fromUs / 1000, toMs: arrivalMs, reason: "write_failed" });
        break;
      }
      case RecordKind.segmentEnd:
      case RecordKind.partEnd:
        this.#sealed = true;
        break;
      case RecordKind.segmentHeader:
        break;
    }
  }

  /** Each segment announces its streams again. */
  #announce(announcement: StreamAnnouncement): void {
    if (this.scan.streams.has(announcement.stream)) return;
    const stream: ScannedStream = {
      announcement,
      clock: new StreamClockObserver(announcement.clockRate),
      arrivals: null,
      end: null,
      endedMs: null,
      paused: false,
      pausesMs: [],
      segments: new Set(),
    };
    this.scan.streams.set(announcement.stream, stream);
    this.#bySsrc.set(announcement.ssrc, stream);
  }

  #takePacket(stream: ScannedStream, payload: Buffer, arrivalMs: number): void {
    stream.segments.add(this.#segment);
    const packet = parseRtp(payload);
    if (!packet || packet.payload.length === 0 || packet.header.payloadType !== stream.announcement.payloadType) return;
    stream.clock.packet(packet.header.timestamp, arrivalMs);
    stream.arrivals = { firstMs: stream.arrivals?.firstMs ?? arrivalMs, lastMs: arrivalMs };
  }
}

/** Each segment says again that a stream is paused. */
function setPaused(stream: ScannedStream, paused: boolean, arrivalMs: number): void {
  if (paused && !stream.paused) stream.pausesMs.push(arrivalMs);
  stream.paused = paused;
}
