import { join } from "node:path";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { Gap } from "@nexbasira/core/contract/evidence.ts";
import { extractFrame } from "@nexbasira/core/media-tools/extract-frame.ts";
import { muxRecording } from "./mux-recording.ts";
import { transcodeRecording } from "./transcode-recording.ts";

export interface RenderedRecording {
  /** Paths below the directory given. */
  mkv: string;
  mp4: string;
  poster: Uint8Array;
  contactSheet: { jpeg: Uint8Array; columns: number; rows: number; timesMs: number[] };
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  gaps: Gap[];
}

/** How the work is divided for progress: writing the MKV is quick, encoding the MP4 takes most. */
const MUX_SHARE = 0.15;
const MP4_SHARE = 0.8;

/** Makes a recording's files from the parts of its journal. Throws `Permanent` where nothing was recorded. */
export async function renderRecording(options: {
  parts: readonly string[];
  directory: string;
  signal: AbortSignal;
  onProgress: (share: number) => void;
}): Promise<RenderedRecording> {
  const { parts, directory, signal, onProgress } = options;
  const mkv = join(directory, "recording.mkv");
  const mp4 = join(directory, "recording.mp4");
  const recording = await muxRecording({
    partDirectories: parts,
    outputPath: mkv,
    onProgress: (share) => onProgress(share * MUX_SHARE),
    signal,
  });
  if (recording.tracks.length === 0) throw new Permanent("nothing was recorded");
  await transcodeRecording({
    inputPath: mkv,
    recording,
    outputPath: mp4,
    onProgress: (share) => onProgress(MUX_SHARE + share * MP4_SHARE),
    signal,
  });
  const poster = await extractFrame(mp4);
  return {
    mkv,
    mp4,
    poster,
    contactSheet: { jpeg: poster, columns: 1, rows: 1, timesMs: [0] },
    startedAt: recording.startedAt,
    durationMs: recording.durationMs,
    gaps: recording.gaps.map(({ fromMs, toMs, reason, kind }) => ({
      from_ms: fromMs,
      to_ms: toMs,
      reason,
      stream: kind,
    })),
  };
}
