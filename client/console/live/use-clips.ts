import type { RoomClip } from "@nexbasira/core/contract/signalling.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type ClipRange, lastClip, markedClip } from "./clip-range.ts";

export interface Clips {
  /** The start mark, server time in ms, if one is set. */
  mark: number | null;
  /** Cuts from the mark to now, or the last half minute where there is no mark. */
  cut: () => void;
  /** Asks for one that failed again. */
  cutAgain: (clip: RoomClip) => void;
  /** Sets the start mark; with one set, cuts from it to now. */
  toggleMark: () => void;
  dropMark: () => void;
}

/** Clips of the recording that runs. What becomes of them is the room's to tell, to everybody. */
export function useClips(connection: RoomConnection): Clips {
  const { t } = useTranslation("console");
  const [mark, setMark] = useState<number | null>(null);
  const serverNow = () => Date.now() + (connection.clockOffsetMs ?? 0);
  const request = (range: ClipRange | undefined) => {
    if (range === undefined) return showToast({ kind: "info", text: t("live.clip_not_recording") });
    connection.request("clip.create", range).catch((error: unknown) => {
      if (!(error instanceof RoomRequestError)) throw error;
      showToast({ kind: "danger", text: t("live.clip_failed") });
    });
  };
  const recordingSince = () => {
    const recording = connection.getSnapshot().room?.recording;
    return recording?.state === "recording" ? recording.started_at : null;
  };
  const cut = () => {
    request(mark === null ? lastClip(serverNow(), recordingSince()) : markedClip(mark, serverNow(), recordingSince()));
    setMark(null);
  };
  const toggleMark = () => {
    if (mark !== null) return cut();
    if (recordingSince() === null) return showToast({ kind: "info", text: t("live.clip_not_recording") });
    setMark(serverNow());
  };
  const cutAgain = ({ from_ms, to_ms }: RoomClip) => request({ from_ms, to_ms });
  return { mark, cut, cutAgain, toggleMark, dropMark: () => setMark(null) };
}
