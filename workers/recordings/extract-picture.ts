import { rename, rm } from "node:fs/promises";
import { transcode } from "@nexbasira/core/media-tools/ffmpeg.ts";
import type { PictureSize } from "./media-unit.ts";
import { FRAMES_PER_SECOND } from "./render-mp4.ts";

export interface ExtractPictureOptions {
  /** An MP4 as `renderMp4` makes it. */
  inputPath: string;
  /** Within the video. Milliseconds. */
  atMs: number;
  /** Larger pictures are made smaller to fit, in pixels. */
  fit: PictureSize;
  /** A JPEG. */
  outputPath: string;
  signal?: AbortSignal;
}

/** From the key picture before it, a few seconds are decoded. */
const TIME_LIMIT_MS = 120_000;

/**
 * The picture that a video shows at a moment, as a JPEG. The file has its name when it is whole.
 *
 * @throws {Retryable} when ffmpeg fails.
 * @throws the signal's reason when aborted.
 */
export async function extractPicture(options: ExtractPictureOptions): Promise<void> {
  const { inputPath, atMs, fit, outputPath, signal } = options;
  const partialPath = `${outputPath}.partial`;
  await rm(partialPath, { force: true });
  // ffmpeg's search ends at the first picture that begins after the time given: half a picture before the one to find.
  const seconds = Math.max(0, (Math.floor((atMs * FRAMES_PER_SECOND) / 1000) - 0.5) / FRAMES_PER_SECOND);
  const size = `min(${fit.width},iw):min(${fit.height},ih)`;
  await transcode({
    inputs: [{ path: inputPath, options: ["-ss", String(seconds)] }],
    filter: `[0:v:0]scale=${size.replaceAll(",", "\\,")}:force_original_aspect_ratio=decrease[picture]`,
    outputOptions: ["-map", "[picture]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2"],
    outputPath: partialPath,
    timeLimitMs: TIME_LIMIT_MS,
    inBackground: true,
    signal,
  });
  await rename(partialPath, outputPath);
}
