import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { type MediaInfo, probe } from "@nexbasira/core/media-tools/ffmpeg.ts";
import type { MuxedRecording } from "./mux-recording.ts";

export interface CheckRecordingOptions {
  matroskaPath: string;
  mp4Path: string;
  recording: Pick<MuxedRecording, "durationMs" | "tracks">;
  signal?: AbortSignal;
}

const MAX_DIFFERENCE_MS = 500;
const LEAST_TIME_LIMIT_MS = 60_000;

/**
 * Reads a recording's files back in full and compares them with what the journals gave: every track with every picture
 * and packet in the Matroska file, picture and sound as long as the time line in the MP4. Only after this may the
 * journals be deleted.
 *
 * @throws {Retryable} with what differs: making the files again may mend it.
 * @throws the signal's reason when aborted.
 */
export async function checkRecording(options: CheckRecordingOptions): Promise<void> {
  const { matroskaPath, mp4Path, recording, signal } = options;
  const reading = { countPackets: true, timeLimitMs: Math.max(LEAST_TIME_LIMIT_MS, recording.durationMs), signal };
  const matroska = await probe(matroskaPath, reading);
  const mp4 = await probe(mp4Path, reading);
  const problems = [...compareTracks(matroska, recording.tracks), ...compareMp4(mp4, recording.durationMs)];
  if (problems.length > 0) throw new Retryable(`the recording's files are not whole: ${problems.join("; ")}`);
}

function compareTracks({ streams }: MediaInfo, tracks: MuxedRecording["tracks"]): string[] {
  const problems = streams.length === tracks.length ? [] : [`${streams.length} tracks instead of ${tracks.length}`];
  for (const { kind, indexOfKind, units } of tracks) {
    const stream = streams.filter((candidate) => candidate.kind === kind)[indexOfKind];
    if (stream?.packets === units) continue;
    problems.push(`${kind} track ${indexOfKind} has ${stream?.packets ?? "no"} packets instead of ${units}`);
  }
  return problems;
}

function compareMp4({ streams }: MediaInfo, durationMs: number): string[] {
  return (["video", "audio"] as const).flatMap((kind) => {
    const found = streams.find((stream) => stream.kind === kind)?.durationMs;
    if (found === undefined || found === null) return [`the MP4 has no ${kind}`];
    if (Math.abs(found - durationMs) <= MAX_DIFFERENCE_MS) return [];
    return [`the MP4's ${kind} lasts ${found} ms instead of ${durationMs} ms`];
  });
}
