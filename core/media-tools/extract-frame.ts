import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transcode } from "./ffmpeg.ts";

const TIME_LIMIT_MS = 30_000;

/**
 * The first picture of a video as JPEG.
 *
 * @throws {Retryable} when ffmpeg fails.
 */
export async function extractFrame(path: string): Promise<Uint8Array> {
  const directory = await mkdtemp(join(tmpdir(), "nexbasira-frame-"));
  const outputPath = join(directory, "frame.jpg");
  try {
    await transcode({
      inputs: [{ path }],
      filter: "[0:v:0]null[picture]",
      outputOptions: ["-map", "[picture]", "-frames:v", "1", "-q:v", "3"],
      outputPath,
      timeLimitMs: TIME_LIMIT_MS,
    });
    return await readFile(outputPath);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
