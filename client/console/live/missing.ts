import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { standingItems } from "../items/standing-items.ts";
import { openClips } from "./open-clips.ts";
import { awaited, unsavedBoards } from "./timeline.ts";

/** What would be missing from the report if the session ended now. */
export interface Missing {
  signature: "not_requested" | "not_given" | undefined;
  /** Captures that the phone holds and the server does not have. */
  captures: number;
  /** Photos of which there is a frame of the stream alone, and that no phone has announced. */
  originals: number;
  clips: number;
  failedClips: number;
  /** Boards with a drawing that is not evidence. */
  boards: number;
}

export function missingFrom(room: RoomView): Missing {
  const { requested, submitted } = room.signature;
  const wantsSignature = requested || room.session.signature_level !== "none";
  const captures = awaited(room);
  const announced = new Set(captures.map(({ request_id }) => request_id));
  const clips = openClips(room.clips, room.items);
  return {
    signature: !wantsSignature || submitted ? undefined : requested ? "not_given" : "not_requested",
    captures: captures.length,
    originals: standingItems(room.items).filter(
      ({ provisional, request_id }) => provisional && !announced.has(request_id ?? ""),
    ).length,
    clips: clips.filter(({ state }) => state === "cutting").length,
    failedClips: clips.filter(({ state }) => state === "failed").length,
    boards: unsavedBoards(room).length,
  };
}

export function isNothingMissing({ signature, ...counts }: Missing): boolean {
  return signature === undefined && Object.values(counts).every((count) => count === 0);
}
