import { extractPicture } from "./extract-picture.ts";
import type { MuxedRecording } from "./mux-recording.ts";

export interface MakePosterOptions {
  /** The MP4, as `transcodeRecording` made it. */
  inputPath: string;
  recording: Pick<MuxedRecording, "durationMs" | "tracks">;
  outputPath: string;
  signal?: AbortSignal;
}

/** A camera's first pictures are dark, or of a pocket. */
const AFTER_FIRST_PICTURE_MS = 1000;
const FIT = { width: 1280, height: 1280 };

/**
 * A JPEG to show before the recording plays: what the participant's camera saw soon after it came on.
 *
 * @throws {Retryable} when ffmpeg fails.
 * @throws the signal's reason when aborted.
 */
export async function makePoster({ inputPath, recording, outputPath, signal }: MakePosterOptions): Promise<void> {
  const { durationMs, tracks } = recording;
  const camera = tracks.find(({ kind, role }) => kind === "video" && role === "participant");
  const wantedMs = camera ? Math.min(camera.firstMs + AFTER_FIRST_PICTURE_MS, camera.lastMs) : 0;
  const atMs = Math.min(wantedMs, durationMs / 2);
  await extractPicture({ inputPath, atMs, fit: FIT, outputPath, signal });
}
