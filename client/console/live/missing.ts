import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { awaited, type PendingClip, unsavedBoards } from "./timeline.ts";

/** What would be missing from the report if the session ended now. */
export interface Missing {
  signature: "not_requested" | "not_given" | undefined;
  /** Captures that the phone holds and the server does not have. */
  captures: number;
  clips: number;
  /** Boards with a drawing that is not evidence. */
  boards: number;
}

export function missingFrom(room: RoomView, clips: readonly PendingClip[]): Missing {
  const { requested, submitted } = room.signature;
  const wantsSignature = requested || room.session.signature_level !== "none";
  return {
    signature: !wantsSignature || submitted ? undefined : requested ? "not_given" : "not_requested",
    captures: awaited(room).length,
    clips: clips.length,
    boards: unsavedBoards(room).length,
  };
}

export function isNothingMissing({ signature, captures, clips, boards }: Missing): boolean {
  return signature === undefined && captures + clips + boards === 0;
}
