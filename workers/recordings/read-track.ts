import { RecordKind } from "@nexbasira/core/journal/format.ts";
import { readSegment } from "@nexbasira/core/journal/journal-reader.ts";
import { mediaCodec } from "./media-codec.ts";
import type { Depacketizer, MediaUnit } from "./media-unit.ts";
import { parseRtp, type RtpPacket } from "./parse-rtp.ts";
import { SILENT_MS } from "./recording-gap.ts";
import type { TrackSource, TrackStream } from "./scan-recording.ts";
import { type Ordered, SequenceOrder } from "./sequence-order.ts";

/** A unit with its place on the recording's time line. */
export interface TrackUnit extends MediaUnit {
  /** Whole milliseconds, more than the unit's before it. */
  readonly ms: number;
}

const NOTHING = Buffer.alloc(0);
/** The word of a pause may be there before the last unit's own time is over. */
const PAUSE_SLACK_MS = 100;

interface Arrived {
  packet: RtpPacket;
  arrivalMs: number;
}

export interface ReadTrackOptions {
  /** Between these times of the time line units are missing: their packets are, or none were sent. */
  onGap(fromMs: number, toMs: number, reason: "packets_lost" | "connection_lost"): void;
  signal?: AbortSignal;
}

/** The units of a track in order, read from the journal as they are asked for. */
export async function* readTrack(source: TrackSource, options: ReadTrackOptions): AsyncGenerator<TrackUnit> {
  let lastMs = -1;
  for (const [i, stream] of source.streams.entries()) {
    // Where the next stream has begun, what this one still sends is of a device that was replaced.
    const replacedMs = source.streams[i + 1]?.firstPacketMs ?? Number.POSITIVE_INFINITY;
    let endMs = lastMs;
    // What lies between two streams is told where they are brought together.
    let hasBegun = false;
    const depacketizer = mediaCodec(source.mimeType).createDepacketizer();
    const clock = stream.createClock();
    for await (const unit of readStream(stream, depacketizer, options.signal)) {
      const capturedMs = Math.round(stream.baseMs + clock(unit.timestamp, unit.arrivalMs));
      if (stream.baseMs + unit.arrivalMs >= replacedMs) break;
      const ms = placeUnit(unit, source.kind, capturedMs, lastMs);
      if (ms === null) continue;
      if (endMs >= 0) {
        const isSilent = hasBegun && untilPause(stream, endMs - PAUSE_SLACK_MS, ms) - endMs > SILENT_MS;
        const reason = unit.afterLoss ? "packets_lost" : isSilent ? "connection_lost" : null;
        if (reason) options.onGap(endMs, untilPause(stream, endMs, ms), reason);
      }
      yield { ...unit, ms };
      lastMs = ms;
      endMs = ms + unit.durationMs;
      hasBegun = true;
    }
    if (depacketizer.endsInLoss && endMs >= 0) {
      options.onGap(endMs, untilPause(stream, endMs, Math.min(stream.lastPacketMs, replacedMs)), "packets_lost");
    }
  }
}

async function* readStream(
  { announcement, segmentPaths, keys }: TrackStream,
  depacketizer: Depacketizer,
  signal: AbortSignal | undefined,
): AsyncGenerator<MediaUnit> {
  const order = new SequenceOrder<Arrived>();
  const units = (ordered: Ordered<Arrived>[]) =>
    ordered.flatMap(({ item: { packet, arrivalMs }, lostBefore }) => {
      // Of another payload type (comfort noise, tones): nothing for the track, but no loss either.
      const isOther = packet.header.payloadType !== announcement.payloadType;
      return depacketizer.push(isOther ? { ...packet, payload: NOTHING } : packet, arrivalMs, lostBefore);
    });
  for (const path of segmentPaths) {
    for await (const batch of readSegment(path, keys)) {
      signal?.throwIfAborted();
      let nowMs = 0;
      for (const entry of batch) {
        if (entry.kind === "damage") continue;
        nowMs = entry.arrivalUs / 1000;
        if (entry.kind !== RecordKind.rtp || entry.stream !== announcement.stream) continue;
        const packet = parseRtp(entry.payload);
        if (!packet) continue;
        yield* units(order.push(packet.header.sequenceNumber, nowMs, { packet, arrivalMs: nowMs }));
      }
      yield* units(order.advance(nowMs));
    }
  }
  yield* units(order.flush());
}

/** Time goes on within a track, whatever the clocks say: a picture is moved, a sound that would be heard twice is left out. */
function placeUnit(unit: MediaUnit, kind: TrackSource["kind"], capturedMs: number, lastMs: number): number | null {
  if (kind === "video") return Math.max(capturedMs, lastMs + 1);
  if (capturedMs + unit.durationMs <= 0) return null;
  const ms = Math.max(capturedMs, 0);
  return ms > lastMs ? ms : null;
}

/** Of a loss that a pause follows, only what comes before the pause is missing: the pause ends with a key picture. */
function untilPause({ pausesMs }: TrackStream, fromMs: number, toMs: number): number {
  return pausesMs.find((ms) => ms > fromMs && ms < toMs) ?? toMs;
}
