/**
 * Why something is missing:
 * - `packets_lost`: the network lost it, or it cannot be decoded without what the network lost
 * - `connection_lost`: the sender's connection was broken, or nothing came over it
 * - `recorder_lost`: the media process died
 * - `recorder_stopped`: nobody recorded between two parts, in order
 * - `write_failed`: the disk did not take it
 * - `journal_damaged`: it was written and cannot be read
 */
export type GapReason =
  | "packets_lost"
  | "connection_lost"
  | "recorder_lost"
  | "recorder_stopped"
  | "write_failed"
  | "journal_damaged";

/** A time of which the recording says that something is missing from it; in milliseconds of its time line. */
export interface RecordingGap {
  fromMs: number;
  toMs: number;
  reason: GapReason;
  /** Null: everything. */
  kind: "audio" | "video" | null;
  participantId: string | null;
}

/**
 * How long a stream that nobody paused may bring nothing before that counts as missing. Browsers stop sending when their
 * network is gone: no number is missing from the packets then. A camera that is down to photos sends one each second.
 */
export const SILENT_MS = 5_000;

/** Losses that follow each other so closely are one gap. */
const JOIN_MS = 200;
/** A recording full of small losses is told in fewer, wider gaps. */
const MAX_GAPS = 500;

/** In order, whole milliseconds, neighbours of one reason and stream joined, at most 500 for each reason and stream. */
export function joinGaps(gaps: readonly RecordingGap[]): RecordingGap[] {
  const groups = Map.groupBy(gaps, (gap) => [gap.reason, gap.kind, gap.participantId].join());
  const joined = [...groups.values()].flatMap((group) => {
    const sorted = group
      .map((gap) => ({ ...gap, fromMs: Math.max(0, Math.floor(gap.fromMs)), toMs: Math.ceil(gap.toMs) }))
      .filter((gap) => gap.toMs > gap.fromMs)
      .sort((a, b) => a.fromMs - b.fromMs);
    let withinMs = JOIN_MS;
    let result = joinWithin(sorted, withinMs);
    while (result.length > MAX_GAPS) {
      withinMs *= 2;
      result = joinWithin(sorted, withinMs);
    }
    return result;
  });
  return joined.sort((a, b) => a.fromMs - b.fromMs || a.toMs - b.toMs);
}

function joinWithin(sorted: readonly RecordingGap[], withinMs: number): RecordingGap[] {
  const joined: RecordingGap[] = [];
  for (const gap of sorted) {
    const last = joined.at(-1);
    if (last && gap.fromMs - last.toMs <= withinMs) last.toMs = Math.max(last.toMs, gap.toMs);
    else joined.push({ ...gap });
  }
  return joined;
}
