import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ClipRange, lastClip, markedClip } from "./clip-range.ts";
import { type PendingClip, withoutArrivedClip } from "./timeline.ts";

export interface Clips {
  /** Asked for and not there yet. */
  pending: readonly PendingClip[];
  /** The start mark, server time in ms, if one is set. */
  mark: number | null;
  /** Cuts from the mark to now, or the last half minute where there is no mark. */
  cut: () => void;
  /** Sets the start mark; with one set, cuts from it to now. */
  toggleMark: () => void;
  dropMark: () => void;
}

/** Clips of the recording that runs. */
export function useClips(connection: RoomConnection): Clips {
  const { t } = useTranslation("console");
  const [pending, setPending] = useState<readonly PendingClip[]>([]);
  const [mark, setMark] = useState<number | null>(null);
  useEffect(
    () =>
      connection.onNotice((notice) => {
        if (notice.name !== "evidence.added") return;
        const self = connection.getSnapshot().room?.self.participant_id ?? "";
        setPending((clips) => withoutArrivedClip(clips, notice.payload, self));
      }),
    [connection],
  );
  const serverNow = () => Date.now() + (connection.clockOffsetMs ?? 0);
  const request = (range: ClipRange | undefined) => {
    if (range === undefined) return showToast({ kind: "info", text: t("live.clip_not_recording") });
    const id = crypto.randomUUID();
    setPending((clips) => [...clips, { id, at: serverNow(), fromMs: range.from_ms, toMs: range.to_ms }]);
    connection.request("clip.create", range).catch((error: unknown) => {
      setPending((clips) => clips.filter((clip) => clip.id !== id));
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
  return { pending, mark, cut, toggleMark, dropMark: () => setMark(null) };
}
