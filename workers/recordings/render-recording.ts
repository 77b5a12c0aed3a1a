import { join } from "node:path";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { Gap } from "@nexbasira/core/contract/evidence.ts";
import { checkRecording } from "./check-recording.ts";
import { makeContactSheet } from "./contact-sheet.ts";
import { makePoster } from "./make-poster.ts";
import { muxRecording } from "./mux-recording.ts";
import { transcodeRecording } from "./transcode-recording.ts";

export interface RenderedRecording {
  /** Paths below the directory given. */
  mkv: string;
  mp4: string;
  poster: string;
  contactSheet: { path: string; columns: number; rows: number; timesMs: number[] };
  /** Milliseconds since 1970. */
  startedAt: number;
  durationMs: number;
  gaps: Gap[];
}

/** How the work is divided for progress: writing the MKV is quick, encoding the MP4 takes most. */
const MUX_SHARE = 0.15;
const MP4_SHARE = 0.8;

/**
 * Makes a recording's files from the parts of its journal, and reads them back. Throws `Permanent` where nothing was
 * recorded.
 */
export async function renderRecording(options: {
  parts: readonly string[];
  directory: string;
  signal: AbortSignal;
  onProgress: (share: number) => void;
}): Promise<RenderedRecording> {
  const { parts, directory, signal, onProgress } = options;
  const mkv = join(directory, "recording.mkv");
  const mp4 = join(directory, "recording.mp4");
  const poster = join(directory, "poster.jpg");
  const contactSheet = join(directory, "contact-sheet.jpg");
  const recording = await muxRecording({
    partDirectories: parts,
    outputPath: mkv,
    onProgress: (share) => onProgress(share * MUX_SHARE),
    signal,
  });
  if (recording.tracks.length === 0) throw new Permanent("nothing was recorded");
  const size = await transcodeRecording({
    inputPath: mkv,
    recording,
    outputPath: mp4,
    onProgress: (share) => onProgress(MUX_SHARE + share * MP4_SHARE),
    signal,
  });
  await makePoster({ inputPath: mp4, recording, outputPath: poster, signal });
  const { durationMs } = recording;
  const sheet = await makeContactSheet({ inputPath: mp4, size, durationMs, outputPath: contactSheet, signal });
  await checkRecording({ matroskaPath: mkv, mp4Path: mp4, recording, signal });
  return {
    mkv,
    mp4,
    poster,
    contactSheet: {
      path: contactSheet,
      columns: new Set(sheet.tiles.map(({ x }) => x)).size,
      rows: new Set(sheet.tiles.map(({ y }) => y)).size,
      timesMs: sheet.tiles.map(({ atMs }) => atMs),
    },
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
