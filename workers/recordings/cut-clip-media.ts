import { rm } from "node:fs/promises";
import { Permanent, Retryable } from "@nexbasira/core/contract/errors.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import type { PictureSize } from "./media-unit.ts";
import { readTrack, type TrackUnit } from "./read-track.ts";
import { type GapReason, joinGaps, type RecordingGap } from "./recording-gap.ts";
import { describeTracks, type PassingTrack, passTrack } from "./recording-track.ts";
import { FRAMES_PER_SECOND, renderMp4 } from "./render-mp4.ts";
import { type RecordingRange, type RecordingScan, scanRecording, type TrackSource } from "./scan-recording.ts";
import { writeMatroska } from "./write-matroska.ts";

export interface CutClipOptions {
  /** The recording's parts in order, each a directory of journal segments. The last one may still be written. */
  partDirectories: readonly string[];
  /** What opens the journals, where they are encrypted. */
  keys?: SealingKeys;
  /** The marks, in milliseconds of the recording's time line. */
  fromMs: number;
  toMs: number;
  outputPath: string;
  signal?: AbortSignal;
}

export interface CutClip extends PictureSize {
  /** Wall-clock time of the recording's time line's zero, in milliseconds since 1970. */
  startedAt: number;
  /** What the clip holds: from the picture that is seen at the first mark, to the second mark or to what is recorded by now. */
  fromMs: number;
  toMs: number;
  /** In the clip's stretch of the recording's time line. */
  gaps: RecordingGap[];
}

/** Somebody waits for the clip, and it is short: a larger file in exchange for a third of the time. */
const PRESET = "ultrafast";
/** A picture this much before the mark is still the one that is seen at the mark, and not one that stands still. */
const SAME_PICTURE_MS = 100;
/** Opus needs so much before the first sound that is to be right (RFC 7845 section 4.6). */
const SOUND_PRE_ROLL_MS = 80;
/** Further back by this, when the segments read hold no key picture before the mark. */
const LOOK_BACK_MS = 120_000;
const TIME_LIMIT_SHARE = 20;
const LEAST_TIME_LIMIT_MS = 60_000;

/**
 * Cuts a stretch out of a recording's journals as MP4, to the picture: it is decoded from the key picture before the
 * mark and encoded anew. Reads only the segments around the stretch, and works while the recording goes on.
 *
 * @throws {Retryable} where nothing of the stretch is recorded yet, or ffmpeg fails.
 * @throws {Permanent} where no part can be read, or nobody sent anything in the stretch.
 * @throws the signal's reason when aborted.
 */
export async function cutClip(options: CutClipOptions): Promise<CutClip> {
  const { partDirectories, keys, outputPath, signal } = options;
  const sourcePath = `${outputPath}.source.mkv`;
  try {
    for (let lookBackMs = 0; ; lookBackMs += LOOK_BACK_MS) {
      const range = { fromMs: options.fromMs - lookBackMs, toMs: options.toMs };
      const scan = await scanRecording(partDirectories, { range, keys, signal });
      if (scan.durationMs <= options.fromMs) throw new Retryable("nothing of the clip is recorded yet");
      const stretch = { fromMs: options.fromMs, toMs: Math.min(options.toMs, scan.durationMs) };
      const source = new ClipSource(scan, stretch, signal);
      const tracks = source.passing.map(({ matroska }) => matroska);
      await writeMatroska({ tracks, outputPath: sourcePath, signal });
      if (source.lacksKeyPicture && range.fromMs > 0) continue;
      return await renderClip(source, scan, stretch, sourcePath, options);
    }
  } finally {
    await rm(sourcePath, { force: true });
  }
}

async function renderClip(
  { passing, shownAtStartMs, gaps }: ClipSource,
  { startedAt }: RecordingScan,
  stretch: RecordingRange,
  sourcePath: string,
  { outputPath, signal }: CutClipOptions,
): Promise<CutClip> {
  const { toMs } = stretch;
  const tracks = describeTracks(passing);
  if (tracks.length === 0) throw new Permanent("nothing was sent between the clip's marks");
  const startsWithPicture = shownAtStartMs !== null && stretch.fromMs - shownAtStartMs < SAME_PICTURE_MS;
  const fromMs = startsWithPicture ? shownAtStartMs : stretch.fromMs;
  const frames = Math.max(1, Math.round(((toMs - fromMs) * FRAMES_PER_SECOND) / 1000));
  const size = await renderMp4({
    inputPath: sourcePath,
    tracks,
    outputPath,
    fromMs,
    firstPictureMs: shownAtStartMs ?? fromMs,
    frames,
    preset: PRESET,
    atOnce: true,
    timeLimitMs: Math.max(LEAST_TIME_LIMIT_MS, (toMs - fromMs) * TIME_LIMIT_SHARE),
    signal,
  });
  const inClip = gaps
    .filter((gap) => gap.toMs > fromMs && gap.fromMs < toMs)
    .map((gap) => ({ ...gap, fromMs: Math.max(gap.fromMs, fromMs), toMs: Math.min(gap.toMs, toMs) }));
  return { ...size, startedAt, fromMs, toMs: fromMs + (frames * 1000) / FRAMES_PER_SECOND, gaps: joinGaps(inClip) };
}

/** The tracks that a clip is made of, each cut to what decoding the stretch takes. */
class ClipSource {
  readonly passing: PassingTrack[];
  readonly gaps: RecordingGap[];
  /** The picture that is seen when the stretch begins; null where the camera is not on yet. */
  shownAtStartMs: number | null = null;
  /** There was a camera before the stretch, and nothing that was read tells how its picture looked. */
  lacksKeyPicture = false;
  readonly #stretch: RecordingRange;

  constructor(scan: RecordingScan, stretch: RecordingRange, signal: AbortSignal | undefined) {
    this.#stretch = stretch;
    this.gaps = [...scan.gaps];
    const tracks = scan.tracks.filter(({ kind, role }) => kind === "audio" || role === "participant");
    this.passing = tracks.map((source) => {
      const { kind, participantId } = source;
      const onGap = (fromMs: number, toMs: number, reason: GapReason) => {
        this.gaps.push({ fromMs, toMs, reason, kind, participantId });
      };
      const units = readTrack(source, { onGap, signal });
      return passTrack(source, kind === "video" ? this.#cutPictures(source, units) : this.#cutSound(units));
    });
  }

  /** From the last key picture that is not after the stretch's beginning. */
  async *#cutPictures(source: TrackSource, units: AsyncGenerator<TrackUnit>): AsyncGenerator<TrackUnit> {
    const { fromMs, toMs } = this.#stretch;
    let before: TrackUnit[] = [];
    let begun = false;
    for await (const unit of units) {
      if (unit.ms >= toMs) break;
      if (unit.ms <= fromMs) {
        if (unit.key) before = [];
        before.push(unit);
        continue;
      }
      if (!begun) yield* this.#begin(source, before);
      begun = true;
      yield unit;
    }
    if (!begun) yield* this.#begin(source, before);
  }

  #begin(source: TrackSource, before: TrackUnit[]): TrackUnit[] {
    const shown = before.at(-1);
    if (shown) this.shownAtStartMs = Math.max(this.shownAtStartMs ?? 0, shown.ms);
    else this.lacksKeyPicture ||= source.streams.some(({ firstPacketMs }) => firstPacketMs < this.#stretch.fromMs);
    return before;
  }

  async *#cutSound(units: AsyncGenerator<TrackUnit>): AsyncGenerator<TrackUnit> {
    const { fromMs, toMs } = this.#stretch;
    for await (const unit of units) {
      if (unit.ms >= toMs) break;
      if (unit.ms + unit.durationMs > fromMs - SOUND_PRE_ROLL_MS) yield unit;
    }
  }
}
