import type { EvidenceItem } from "@nexbasira/core/contract/evidence.ts";
import type { AnnouncedCapture } from "@nexbasira/core/contract/signalling.ts";
import type { TimelineEntry, TimelineState } from "./timeline.ts";

/** The picture that this console showed when a photo was asked for. */
export interface LocalFrame {
  requestId: string;
  /** Server time of the press, ms since 1970. */
  at: number;
  /** Object URL of a small picture; null where there was none to take. */
  url: string | null;
  /** `asked`: the phone has not answered. `taken`: it holds the photo. `failed`: it does not. */
  state: "asked" | "taken" | "failed";
}

/** All that is known of one photo. */
interface Snapshot {
  requestId: string;
  frame?: LocalFrame;
  announced?: AnnouncedCapture;
  provisional?: EvidenceItem;
  original?: EvidenceItem;
}

/**
 * One entry for each photo, from the press to the verified original: the frame that this console saw, the one taken
 * from the stream, what the phone announced and what it sent belong together by the request that they answer.
 */
export function snapshotEntries(
  items: readonly EvidenceItem[],
  announced: readonly AnnouncedCapture[],
  frames: readonly LocalFrame[],
  names: ReadonlyMap<string, string>,
): TimelineEntry[] {
  const snapshots = new Map<string, Snapshot>();
  const add = (requestId: string, part: Omit<Snapshot, "requestId">) =>
    snapshots.set(requestId, { requestId, ...snapshots.get(requestId), ...part });
  for (const frame of frames) add(frame.requestId, { frame });
  for (const capture of announced) {
    if (capture.kind === "snapshot") add(capture.request_id, { announced: capture });
  }
  for (const item of items) {
    if (item.kind !== "snapshot") continue;
    const requestId = item.request_id ?? item.id;
    if (item.provisional) add(requestId, { provisional: item });
    // A second photo for the same request is another photo.
    else add(snapshots.get(requestId)?.original === undefined ? requestId : item.id, { original: item });
  }
  return [...snapshots.values()].map((snapshot) => entryOf(snapshot, names));
}

function entryOf(snapshot: Snapshot, names: ReadonlyMap<string, string>): TimelineEntry {
  const { requestId, frame, announced, provisional, original } = snapshot;
  const item = original ?? provisional ?? null;
  return {
    key: `snapshot/${requestId}`,
    id: item?.id ?? announced?.capture_id ?? requestId,
    kind: "snapshot",
    state: stateOf(snapshot),
    at: momentOf(snapshot),
    by: item?.captured_by.name ?? names.get(announced?.participant_id ?? "") ?? null,
    item,
    pictures: [original?.thumbnail_url, provisional?.thumbnail_url, frame?.url].filter((url) => url != null),
    boardId: null,
    clip: null,
  };
}

function stateOf({ frame, announced, provisional, original }: Snapshot): TimelineState {
  if (original !== undefined) return original.problem === null ? "verified" : "problem";
  if (announced !== undefined || frame?.state === "taken") return "announced";
  if (frame?.state === "asked") return provisional === undefined ? "taking" : "streamed";
  return provisional === undefined ? "not_taken" : "original_missing";
}

/** What was known first: an entry stays where it is while more becomes known. Items tell the second only. */
function momentOf({ frame, announced, provisional, original }: Snapshot): number {
  if (frame !== undefined) return frame.at;
  const taken = [provisional?.captured_at, original?.captured_at].flatMap((at) => (at == null ? [] : Date.parse(at)));
  return Math.min(...taken, ...(announced === undefined || taken.length > 0 ? [] : [announced.announced_at]));
}
