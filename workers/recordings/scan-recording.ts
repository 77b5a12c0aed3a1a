import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { StreamAnnouncement } from "@nexbasira/core/journal/format.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { OffsetCurve, type OffsetPoint } from "./offset-curve.ts";
import { type GapReason, type RecordingGap, SILENT_MS } from "./recording-gap.ts";
import { outlinePart, type PartOutline, type PartScan, type ScannedStream, scanPart } from "./scan-part.ts";
import type { StreamClock } from "./stream-clock.ts";

/** A stretch of the time line, in milliseconds from the recording's beginning. */
export interface RecordingRange {
  fromMs: number;
  toMs: number;
}

/** One producer within one part. */
export interface TrackStream {
  announcement: StreamAnnouncement;
  /** The part's beginning on the time line. */
  baseMs: number;
  /** Files with its packets, in order. */
  segmentPaths: string[];
  /** What opens them, where they are encrypted. */
  keys: SealingKeys;
  /** On the time line, as they arrived. */
  firstPacketMs: number;
  lastPacketMs: number;
  /** On the time line: when its sender muted. */
  pausesMs: number[];
  /** For one pass over its packets. */
  createClock(): StreamClock;
}

/**
 * What one participant sent of one kind, over all parts, in order of its beginning. Two cameras at once are two tracks.
 */
export interface TrackSource {
  participantId: string;
  role: StreamAnnouncement["role"];
  kind: StreamAnnouncement["kind"];
  mimeType: string;
  channels: number;
  streams: TrackStream[];
}

/**
 * A recording's time line begins when its first part began. Each further part begins where its wall clock says, and
 * not before the one before it ended, so that a time in which nobody recorded is as long on the time line as it was.
 */
export interface RecordingScan {
  /** Wall-clock time of the time line's zero, in milliseconds since 1970. */
  startedAt: number;
  /** To the arrival of the last record. */
  durationMs: number;
  tracks: TrackSource[];
  /** What the journals and the connections lack; lost packets show when the tracks are read. */
  gaps: RecordingGap[];
}

interface Part {
  outline: PartOutline;
  baseMs: number;
  endMs: number;
}

/**
 * A packet may arrive so much later than its capture; those that are earlier bring the last key picture, which the recorder
 * asks for every 10 s, and help to know the clocks. Somebody waits for what is read: 30 s of them take 0.1 s more.
 */
const MARGIN_MS = { before: 15_000, after: 5000 };
/** A stream that is replaced may go on for so long beside the new one. */
const TAKE_OVER_MS = 2000;
const ROLES: readonly string[] = ["participant", "inspector", "observer"];
const KINDS: readonly string[] = ["video", "audio"];

/**
 * Reads the journals of a recording once, with little memory, and answers what there is to be made of them.
 *
 * @param partDirectories - in the order of the parts. One of which nothing can be read leaves a gap.
 * @param keys - what opens the journals, where they are encrypted.
 * @param range - only the segments around it are read through, and only tracks in them come out.
 * @throws {Permanent} where no part can be read.
 */
export async function scanRecording(
  partDirectories: readonly string[],
  { range, keys, signal }: { range?: RecordingRange; keys?: SealingKeys; signal?: AbortSignal } = {},
): Promise<RecordingScan> {
  const parts = await placeParts(partDirectories, keys);
  const first = parts[0];
  if (!first) throw new Permanent("no part of the recording's journal can be read");
  const scans: { part: Part; scan: PartScan }[] = [];
  for (const part of parts) {
    const segments = segmentsWithin(part, range);
    scans.push({ part, scan: await scanPart({ segments, keys: part.outline.keys }, signal) });
  }
  const collector = new TrackCollector();
  for (const { part, scan } of scans) collector.addPart(part, scan);
  return {
    startedAt: first.outline.startedAt,
    durationMs: Math.ceil(parts.at(-1)?.endMs ?? 0),
    tracks: collector.sortedTracks(),
    gaps: [...collector.gaps, ...gapsBetween(parts)],
  };
}

async function placeParts(directories: readonly string[], keys: SealingKeys | undefined): Promise<Part[]> {
  const parts: Part[] = [];
  for (const directory of directories) {
    const outline = await outlinePart(directory, keys);
    if (!outline) continue;
    const startedAt = parts[0]?.outline.startedAt ?? outline.startedAt;
    const baseMs = Math.max(outline.startedAt - startedAt, parts.at(-1)?.endMs ?? 0);
    parts.push({ outline, baseMs, endMs: baseMs + outline.endMs });
  }
  return parts;
}

function segmentsWithin({ outline, baseMs }: Part, range: RecordingRange | undefined): PartOutline["segments"] {
  if (!range) return outline.segments;
  return outline.segments.filter(({ startMs }, i) => {
    const endMs = outline.segments[i + 1]?.startMs ?? outline.endMs;
    return baseMs + endMs >= range.fromMs - MARGIN_MS.before && baseMs + startMs <= range.toMs + MARGIN_MS.after;
  });
}

function gapsBetween(parts: readonly Part[]): RecordingGap[] {
  return parts.slice(1).flatMap((part, i) => {
    const before = parts[i];
    if (!before) return [];
    const reason = before.outline.ended ? "recorder_stopped" : "recorder_lost";
    return [{ fromMs: before.endMs, toMs: part.baseMs, reason, kind: null, participantId: null }];
  });
}

/** Brings each participant's streams of a kind together, over reconnections and parts, and sees what is between them. */
class TrackCollector {
  readonly gaps: RecordingGap[] = [];
  readonly #tracks: TrackSource[] = [];
  /** Where a participant's kind broke off against the sender's will. */
  readonly #broken = new Map<string, { fromMs: number; byRecorder: boolean }>();

  addPart(part: Part, scan: PartScan): void {
    const clocks = senderClocks(scan);
    for (const gap of scan.gaps) this.#addGap(part.baseMs + gap.fromMs, part.baseMs + gap.toMs, gap.reason, null);
    for (const stream of scan.streams.values()) {
      const sender = clocks.get(stream.announcement.cname) ?? null;
      if (stream.arrivals) this.#addStream(part, stream, stream.arrivals, sender);
    }
  }

  sortedTracks(): TrackSource[] {
    return this.#tracks.sort(
      (a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role) || KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind),
    );
  }

  #addStream(
    { baseMs, endMs, outline }: Part,
    { announcement, clock, end, endedMs, paused, pausesMs, segments }: ScannedStream,
    arrivals: { firstMs: number; lastMs: number },
    sender: OffsetCurve | null,
  ): void {
    const firstPacketMs = baseMs + arrivals.firstMs;
    const lastPacketMs = baseMs + arrivals.lastMs;
    this.#trackFor(announcement, firstPacketMs).streams.push({
      announcement,
      baseMs,
      segmentPaths: outline.segments.filter(({ segment }) => segments.has(segment)).map(({ path }) => path),
      keys: outline.keys,
      firstPacketMs,
      lastPacketMs,
      pausesMs: pausesMs.map((ms) => baseMs + ms),
      createClock: () => clock.createClock(sender),
    });

    const place = [announcement.participantId, announcement.role, announcement.kind].join();
    const broken = this.#broken.get(place);
    if (broken) {
      // What a part's end cut off is missing to everybody until the next part begins; from there on, to this one.
      const fromMs = broken.byRecorder ? Math.max(broken.fromMs, baseMs) : broken.fromMs;
      this.#addGap(fromMs, firstPacketMs, "connection_lost", announcement);
    }
    // Whoever ends a session does not know yet that somebody's network is gone.
    const silentUntilMs = end === "closed" && !paused && endedMs !== null ? baseMs + endedMs : lastPacketMs;
    if (silentUntilMs - lastPacketMs > SILENT_MS)
      this.#addGap(lastPacketMs, silentUntilMs, "connection_lost", announcement);

    if (end === "lost") this.#broken.set(place, { fromMs: lastPacketMs, byRecorder: false });
    else if (end === null && !paused) this.#broken.set(place, { fromMs: endMs, byRecorder: true });
    else this.#broken.delete(place);
  }

  #trackFor(announcement: StreamAnnouncement, firstPacketMs: number): TrackSource {
    const { participantId, role, kind, channels = 1 } = announcement;
    const mimeType = announcement.mimeType.toLowerCase();
    const found = this.#tracks.find(
      (track) =>
        track.participantId === participantId &&
        track.role === role &&
        track.kind === kind &&
        track.mimeType === mimeType &&
        (track.streams.at(-1)?.lastPacketMs ?? 0) < firstPacketMs + TAKE_OVER_MS,
    );
    if (found) return found;
    const track = { participantId, role, kind, mimeType, channels, streams: [] };
    this.#tracks.push(track);
    return track;
  }

  #addGap(fromMs: number, toMs: number, reason: GapReason, of: StreamAnnouncement | null): void {
    this.gaps.push({ fromMs, toMs, reason, kind: of?.kind ?? null, participantId: of?.participantId ?? null });
  }
}

/** Streams of one CNAME have one sender, whose clock is known by the reports of all of them. */
function senderClocks({ streams }: PartScan): Map<string, OffsetCurve> {
  const byName = Map.groupBy(streams.values(), ({ announcement }) => announcement.cname);
  const clocks = new Map<string, OffsetCurve>();
  for (const [cname, group] of byName) {
    const points: OffsetPoint[] = group.flatMap(({ clock }) => clock.reportDelays);
    if (points.length > 0) clocks.set(cname, new OffsetCurve(points, "minimum"));
  }
  return clocks;
}
