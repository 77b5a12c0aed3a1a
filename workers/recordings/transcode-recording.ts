import type { PictureSize } from "./media-unit.ts";
import type { MuxedRecording } from "./mux-recording.ts";
import { FRAMES_PER_SECOND, type RenderExtra, renderMp4 } from "./render-mp4.ts";

export interface TranscodeRecordingOptions {
  /** The Matroska file, as `muxRecording` made it. */
  inputPath: string;
  recording: Pick<MuxedRecording, "durationMs" | "tracks">;
  outputPath: string;
  /** Further files of the same run. */
  extras?: readonly RenderExtra[];
  /** Called with 0 to 1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

/** Measured with 720p: half of the processor's time of "veryfast", for a file that is a fifth larger. */
const PRESET = "superfast";
/** Far more than a slow machine with calls to serve needs: it is for a process that stands still. */
const TIME_LIMIT_SHARE = 10;
const LEAST_TIME_LIMIT_MS = 10 * 60_000;

/**
 * Makes the MP4 for download of a recording's Matroska file: the participant's camera, all voices mixed, as long as the
 * recording's time line.
 *
 * @returns the picture's size in pixels.
 * @throws {Retryable} when ffmpeg fails or takes too long.
 * @throws the signal's reason when aborted.
 */
export async function transcodeRecording(options: TranscodeRecordingOptions): Promise<PictureSize> {
  const { inputPath, recording, outputPath, extras, onProgress, signal } = options;
  return renderMp4({
    inputPath,
    tracks: recording.tracks,
    outputPath,
    fromMs: 0,
    firstPictureMs: 0,
    frames: Math.max(1, Math.round((recording.durationMs * FRAMES_PER_SECOND) / 1000)),
    preset: PRESET,
    timeLimitMs: Math.max(LEAST_TIME_LIMIT_MS, recording.durationMs * TIME_LIMIT_SHARE),
    extras,
    inBackground: true,
    onProgress,
    signal,
  });
}
