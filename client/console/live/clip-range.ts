/** The clip that one press makes. */
const LAST_CLIP_MS = 30_000;
/** The longest clip that the room takes. */
export const MAX_CLIP_MS = 10 * 60_000;

/** Server time, ms since 1970. */
export interface ClipRange {
  from_ms: number;
  to_ms: number;
}

/** The last half minute, or what there is since the recording began; undefined while there is none. */
export function lastClip(now: number, recordingSince: number | null): ClipRange | undefined {
  return between(now - LAST_CLIP_MS, now, recordingSince);
}

/** From a mark until now. A mark that is too old keeps the newest ten minutes. */
export function markedClip(mark: number, now: number, recordingSince: number | null): ClipRange | undefined {
  return between(Math.max(mark, now - MAX_CLIP_MS), now, recordingSince);
}

function between(from: number, to: number, recordingSince: number | null): ClipRange | undefined {
  if (recordingSince === null) return undefined;
  const range = { from_ms: Math.round(Math.max(from, recordingSince)), to_ms: Math.round(to) };
  return range.to_ms > range.from_ms ? range : undefined;
}
