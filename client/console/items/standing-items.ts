import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";

/**
 * The items without the provisional frames whose originals are there: grids, maps and the lightbox show the original
 * alone, and its facts name the frame.
 */
export function standingItems(items: readonly EvidenceItem[]): EvidenceItem[] {
  return items.filter((item) => originalOf(item, items) === undefined);
}

/** The original that took a provisional frame's place, if it is among the items. */
export function originalOf(item: EvidenceItem, items: readonly EvidenceItem[]): EvidenceItem | undefined {
  if (!item.provisional) return undefined;
  return items.find((other) => isOriginalOf(other, item));
}

/** The provisional frame that stood in for an original, if there was one. */
export function frameOf(item: EvidenceItem, items: readonly EvidenceItem[]): EvidenceItem | undefined {
  return items.find((other) => other.provisional && isOriginalOf(item, other));
}

/** By the request that both answer, too: the original can be told before the frame is said to be superseded. */
function isOriginalOf(item: EvidenceItem, frame: EvidenceItem): boolean {
  if (item.provisional) return false;
  return item.id === frame.superseded_by?.id || (item.request_id !== null && item.request_id === frame.request_id);
}
