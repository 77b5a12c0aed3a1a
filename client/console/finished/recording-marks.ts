import type { EvidenceItem, Gap, Recording } from "@nexbasira/core/contract/evidence.ts";

/** A capture on a recording's time line. */
export interface RecordingMark {
  item: EvidenceItem;
  /** From the recording's start, ms. */
  atMs: number;
}

/** The captures made while this recording ran, in order. */
export function marksOf(recording: Recording, items: readonly EvidenceItem[]): RecordingMark[] {
  const start = Date.parse(recording.started_at);
  const length = recording.duration_ms ?? 0;
  return (
    items
      .map((item) => ({ item, atMs: Date.parse(item.captured_at) - start }))
      // Both times tell the second only: a capture in the first or the last one is not lost for that.
      .filter(({ atMs }) => atMs >= -1000 && atMs <= length + 1000)
      .map(({ item, atMs }) => ({ item, atMs: Math.min(Math.max(atMs, 0), length) }))
      .sort((a, b) => a.atMs - b.atMs)
  );
}

/** Where a player is put to see a capture being made: a little before it, never before the start. Seconds. */
export function seekTimeOf(mark: RecordingMark): number {
  return Math.max(0, mark.atMs - 2000) / 1000;
}

/** A part of the time line, in percent of its length. */
export interface Span {
  left: number;
  width: number;
}

/** The part of the time line that a gap takes; at least half a percent, so that it can be seen. */
export function spanOfGap(gap: Gap, durationMs: number): Span {
  const percent = (ms: number): number => (Math.min(Math.max(ms, 0), durationMs) / durationMs) * 100;
  const left = percent(gap.from_ms);
  return { left, width: Math.max(0.5, percent(gap.to_ms) - left) };
}
