import type { SealingKeys } from "@nexbasira/core/sealing/sealing-keys.ts";
import { readTrack } from "./read-track.ts";
import { type GapReason, joinGaps, type RecordingGap } from "./recording-gap.ts";
import { describeTracks, passTrack, type RecordingTrack } from "./recording-track.ts";
import { scanRecording } from "./scan-recording.ts";
import { writeMatroska } from "./write-matroska.ts";

export interface MuxRecordingOptions {
  /** The recording's parts in order, each a directory of journal segments. */
  partDirectories: readonly string[];
  /** What opens the journals, where they are encrypted. */
  keys?: SealingKeys;
  outputPath: string;
  /** Called with 0 to 1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
}

export interface MuxedRecording {
  /** Wall-clock time of the time line's zero, in milliseconds since 1970. */
  startedAt: number;
  /** Of the time line, to the last thing that the journal knows; media may end earlier. Milliseconds. */
  durationMs: number;
  /** In the order of the file. Without any there is no file. */
  tracks: RecordingTrack[];
  gaps: RecordingGap[];
}

/**
 * Makes a Matroska file of a recording's journals, without decoding anything: a track for each participant's camera
 * and microphone, over reconnections and parts, in the time of the recording. The same journals give the same bytes.
 *
 * @throws {Permanent} where no part can be read or a codec is not one that rooms offer.
 * @throws the signal's reason when aborted; no file is left under the output's name.
 */
export async function muxRecording(options: MuxRecordingOptions): Promise<MuxedRecording> {
  const { partDirectories, keys, outputPath, onProgress, signal } = options;
  const { startedAt, durationMs, tracks, gaps } = await scanRecording(partDirectories, { keys, signal });
  const passing = tracks.map((source) => {
    const { kind, participantId } = source;
    const onGap = (fromMs: number, toMs: number, reason: GapReason) => {
      gaps.push({ fromMs, toMs, reason, kind, participantId });
    };
    return passTrack(source, readTrack(source, { onGap, signal }));
  });
  await writeMatroska({
    tracks: passing.map(({ matroska }) => matroska),
    outputPath,
    signal,
    onProgress: (ms) => onProgress?.(Math.min(1, Math.max(0, ms) / Math.max(1, durationMs))),
  });
  return { startedAt, durationMs, tracks: describeTracks(passing), gaps: joinGaps(gaps) };
}
