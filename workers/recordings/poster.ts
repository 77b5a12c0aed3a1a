import type { MuxedRecording } from "./mux-recording.ts";
import { frameShownAt, JPEG_OPTIONS, type RenderExtra } from "./render-mp4.ts";

/** A camera's first pictures are dark, or of a pocket. */
const AFTER_FIRST_PICTURE_MS = 1000;
const LONGEST_SIDE = 1280;

/** A JPEG to show before the recording plays: what the participant's camera saw soon after it came on. */
export function poster(
  { durationMs, tracks }: Pick<MuxedRecording, "durationMs" | "tracks">,
  outputPath: string,
): RenderExtra {
  const camera = tracks.find(({ kind, role }) => kind === "video" && role === "participant");
  const wantedMs = camera ? Math.min(camera.firstMs + AFTER_FIRST_PICTURE_MS, camera.lastMs) : 0;
  const frame = frameShownAt(Math.min(wantedMs, durationMs / 2));
  return {
    of: "picture",
    filter: ({ width, height }) => {
      const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
      return `select='eq(n,${frame})',scale=${Math.round(width * scale)}:${Math.round(height * scale)}`;
    },
    options: JPEG_OPTIONS,
    outputPath,
  };
}
