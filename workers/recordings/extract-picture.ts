import { rename, rm } from "node:fs/promises";
import { transcode } from "@nexbasira/core/media-tools/ffmpeg.ts";
import type { PictureSize } from "./media-unit.ts";

export interface ExtractPictureOptions {
  /** A video file whose first picture is at time 0. */
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
  const size = `min(${fit.width},iw):min(${fit.height},ih)`;
  await transcode({
    inputs: [{ path: inputPath, options: ["-ss", String(atMs / 1000)] }],
    filter: `[0:v:0]scale=${size.replaceAll(",", "\\,")}:force_original_aspect_ratio=decrease[picture]`,
    outputOptions: ["-map", "[picture]", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3", "-f", "image2"],
    outputPath: partialPath,
    timeLimitMs: TIME_LIMIT_MS,
    inBackground: true,
    signal,
  });
  await rename(partialPath, outputPath);
}
