import { rm } from "node:fs/promises";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { listSegments, readSegmentHeader } from "@nexbasira/core/journal/journal-reader.ts";
import { transcode } from "@nexbasira/core/media-tools/ffmpeg.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import type { PictureSize } from "./media-unit.ts";
import { readTrack, type TrackUnit } from "./read-track.ts";
import { passTrack } from "./recording-track.ts";
import { scanRecording, type TrackSource } from "./scan-recording.ts";
import { writeMatroska } from "./write-matroska.ts";

export interface TakeFrameOptions {
  /** The newest parts of a recording's journal in order; the last one may still be written. */
  partDirectories: readonly string[];
  /** What opens the journals, where they are encrypted. */
  keys?: SealingKeys;
  participantId: string;
  /** Wall-clock time, in milliseconds since 1970. */
  atMs: number;
  /** Take what there is: the moment itself may never be written. */
  isLastTry: boolean;
  /** A JPEG in the picture's own size. */
  outputPath: string;
  signal?: AbortSignal;
}

export interface StreamFrame extends PictureSize {
  /** When the camera saw it, in milliseconds since 1970. */
  capturedAt: number;
}

/** An older picture is not that of the moment: the camera was off, or nothing came through. */
const STALE_MS = 5_000;
/** Further back by this, while what was read has no key picture before the moment. */
const LOOK_BACK_MS = [0, 60_000, 600_000];
const TIME_LIMIT_MS = 20_000;

/**
 * The picture that a participant's camera sent at a moment, decoded from the key picture before it. Only the segments
 * around the moment are read. Null where there is none, or where what came at that moment is not written yet.
 *
 * @throws {Retryable} when ffmpeg fails.
 * @throws the signal's reason when aborted.
 */
export async function takeFrame(options: TakeFrameOptions): Promise<StreamFrame | null> {
  const { partDirectories, keys, participantId, atMs, isLastTry, outputPath, signal } = options;
  for (const lookBackMs of LOOK_BACK_MS) {
    const scan = await scanAround({ partDirectories, keys }, atMs, lookBackMs, signal);
    if (!scan) return null;
    const { startedAt, tracks } = scan;
    const cameras = tracks.filter((track) => track.participantId === participantId && track.kind === "video");
    let newest: { source: TrackSource; found: Found; shown: TrackUnit } | null = null;
    for (const source of cameras) {
      const found = await readUntil(source, atMs - startedAt, signal);
      const shown = found.units.at(-1);
      if (shown && (!newest || shown.ms > newest.shown.ms)) newest = { source, found, shown };
    }
    if (!newest) continue;
    const { source, found, shown } = newest;
    const isOfMoment = found.hasLater || isLastTry;
    if (!isOfMoment || atMs - startedAt - shown.ms > STALE_MS) return null;
    const size = await decodeLast(source, found.units, outputPath, signal);
    return { ...size, capturedAt: startedAt + shown.ms };
  }
  return null;
}

/** Null where nothing is recorded, or nothing of it can be read yet. */
async function scanAround(
  { partDirectories, keys }: Pick<TakeFrameOptions, "partDirectories" | "keys">,
  atMs: number,
  lookBackMs: number,
  signal: AbortSignal | undefined,
) {
  const startedAt = await firstBeginning(partDirectories, keys);
  if (startedAt === null) return null;
  const range = { fromMs: atMs - startedAt - lookBackMs, toMs: atMs - startedAt };
  try {
    return await scanRecording(partDirectories, { range, keys, signal });
  } catch (error) {
    if (error instanceof Permanent) return null;
    throw error;
  }
}

async function firstBeginning(directories: readonly string[], keys: SealingKeys | undefined): Promise<number | null> {
  for (const directory of directories) {
    for (const { path } of await listSegments(directory)) {
      const found = await readSegmentHeader(path, keys);
      if (found) return found.header.partStartedAt;
    }
  }
  return null;
}

interface Found {
  /** From the last key picture to the one of the moment. */
  units: TrackUnit[];
  /** Whether a later picture is there, so that nothing of the moment is still on its way. */
  hasLater: boolean;
}

async function readUntil(source: TrackSource, ms: number, signal: AbortSignal | undefined): Promise<Found> {
  let units: TrackUnit[] = [];
  for await (const unit of readTrack(source, { onGap: () => {}, signal })) {
    if (unit.ms > ms) return { units, hasLater: true };
    if (unit.key) units = [];
    units.push(unit);
  }
  return { units, hasLater: false };
}

async function decodeLast(
  source: TrackSource,
  units: readonly TrackUnit[],
  outputPath: string,
  signal: AbortSignal | undefined,
): Promise<PictureSize> {
  const sourcePath = `${outputPath}.source.mkv`;
  async function* replay() {
    yield* units;
  }
  try {
    const { matroska, describe } = passTrack(source, replay());
    await writeMatroska({ tracks: [matroska], outputPath: sourcePath, signal });
    await transcode({
      inputs: [{ path: sourcePath }],
      filter: `[0:v:0]select=gte(n\\,${units.length - 1})[picture]`,
      outputOptions: [
        "-map",
        "[picture]",
        "-frames:v",
        "1",
        "-c:v",
        "mjpeg",
        "-qmin",
        "1",
        "-q:v",
        "1",
        "-f",
        "image2",
      ],
      outputPath,
      timeLimitMs: TIME_LIMIT_MS,
      signal,
    });
    const picture = describe()?.pictures.at(-1);
    if (!picture) throw new Permanent("a stream whose key picture tells no size");
    return { width: picture.width, height: picture.height };
  } finally {
    await rm(sourcePath, { force: true });
  }
}
