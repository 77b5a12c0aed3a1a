import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { RoomClip } from "@nexbasira/core/contract/signalling.ts";

/** Between the marks and the cut, at most: a clip begins and ends with a frame, and items tell the second only. */
const TOLERANCE_MS = 2_000;

/**
 * The clips that are neither there nor given up. Of those between the same marks only the newest counts, and one that
 * failed counts no longer once a later try has made it.
 */
export function openClips(clips: readonly RoomClip[], items: readonly EvidenceItem[]): RoomClip[] {
  return clips.filter((clip, index) => {
    const again = clips.some((other, place) => place > index && isSameRange(other, clip));
    return !again && !(clip.state === "failed" && items.some((item) => isCutOf(item, clip)));
  });
}

function isSameRange(a: RoomClip, b: RoomClip): boolean {
  return a.from_ms === b.from_ms && a.to_ms === b.to_ms;
}

function isCutOf(item: EvidenceItem, { from_ms, to_ms }: RoomClip): boolean {
  if (item.kind !== "clip" || item.duration_ms === null) return false;
  const from = Date.parse(item.captured_at);
  return Math.abs(from - from_ms) < TOLERANCE_MS && Math.abs(from + item.duration_ms - to_ms) < TOLERANCE_MS;
}
