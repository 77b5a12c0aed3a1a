import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { standingItems } from "../items/standing-items.ts";
import { openClips } from "./open-clips.ts";
import { awaited, unsavedBoards } from "./timeline.ts";

/** What would be missing from the report if the session ended now. */
export interface Missing {
  signature: "not_requested" | "not_given" | "no_identity" | undefined;
  /** Captures that the phone holds and the server does not have. */
  captures: number;
  /** Photos of which there is a frame of the stream alone, and that no phone has announced. */
  originals: number;
  clips: number;
  failedClips: number;
  /** Boards with a drawing that is not evidence. */
  boards: number;
}

/** `identified`: whether somebody has vouched for the participant. */
export function missingFrom(room: RoomView, identified: boolean): Missing {
  const captures = awaited(room);
  const announced = new Set(captures.map(({ request_id }) => request_id));
  const clips = openClips(room.clips, room.items);
  return {
    signature: missingSignature(room, identified),
    captures: captures.length,
    originals: standingItems(room.items).filter(
      ({ provisional, request_id }) => provisional && !announced.has(request_id ?? ""),
    ).length,
    clips: clips.filter(({ state }) => state === "cutting").length,
    failedClips: clips.filter(({ state }) => state === "failed").length,
    boards: unsavedBoards(room).length,
  };
}

function missingSignature({ signature, session }: RoomView, identified: boolean): Missing["signature"] {
  const level = session.signature_level;
  // The finished report is signed after the call, and what that needs of the call is somebody who vouches.
  if (level === "aes" && !identified) return "no_identity";
  if (signature.submitted) return undefined;
  if (signature.requested) return "not_given";
  return level === "ses" ? "not_requested" : undefined;
}

export function isNothingMissing({ signature, ...counts }: Missing): boolean {
  return signature === undefined && Object.values(counts).every((count) => count === 0);
}
