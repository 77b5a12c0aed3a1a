import { join } from "node:path";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import type { Gap } from "@nexbasira/core/contract/evidence.ts";
import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { checkRecording } from "./check-recording.ts";
import { contactSheet, layOutContactSheet } from "./contact-sheet.ts";
import { muxRecording } from "./mux-recording.ts";
import { poster } from "./poster.ts";
import { transcodeRecording } from "./transcode-recording.ts";
import { drawWaveform, waveformSound } from "./waveform.ts";

export interface RenderedRecording {
  /** Paths below the directory given. */
  mkv: string;
  mp4: string;
  poster: string;
  /** An SVG. */
  waveform: string;
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
  /** What opens the journals, where they are encrypted. */
  keys?: SealingKeys;
  directory: string;
  signal: AbortSignal;
  onProgress: (share: number) => void;
}): Promise<RenderedRecording> {
  const { parts, keys, directory, signal, onProgress } = options;
  const mkv = join(directory, "recording.mkv");
  const mp4 = join(directory, "recording.mp4");
  const posterPath = join(directory, "poster.jpg");
  const sheetPath = join(directory, "contact-sheet.jpg");
  const soundPath = join(directory, "sound.s16");
  const waveform = join(directory, "waveform.svg");
  const recording = await muxRecording({
    partDirectories: parts,
    keys,
    outputPath: mkv,
    onProgress: (share) => onProgress(share * MUX_SHARE),
    signal,
  });
  if (recording.tracks.length === 0) throw new Permanent("nothing was recorded");
  const { durationMs } = recording;
  const size = await transcodeRecording({
    inputPath: mkv,
    recording,
    outputPath: mp4,
    extras: [poster(recording, posterPath), contactSheet(durationMs, sheetPath), waveformSound(soundPath)],
    onProgress: (share) => onProgress(MUX_SHARE + share * MP4_SHARE),
    signal,
  });
  await drawWaveform(soundPath, durationMs, waveform);
  const { columns, rows, tiles } = layOutContactSheet(size, durationMs);
  await checkRecording({ matroskaPath: mkv, mp4Path: mp4, recording, signal });
  return {
    mkv,
    mp4,
    poster: posterPath,
    waveform,
    contactSheet: { path: sheetPath, columns, rows, timesMs: tiles.map(({ atMs }) => atMs) },
    startedAt: recording.startedAt,
    durationMs,
    gaps: recording.gaps.map(({ fromMs, toMs, reason, kind }) => ({
      from_ms: fromMs,
      to_ms: toMs,
      reason,
      stream: kind,
    })),
  };
}
