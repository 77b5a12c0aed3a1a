import type { Board } from "@nexbasira/core/contract/signalling.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import type { RoomView } from "@nexbasira/ui/room/room-state.ts";
import { showToast } from "@nexbasira/ui/toast.tsx";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { showAnnotation } from "./use-freeze.ts";

export interface Boards {
  /** What both sides look at instead of the live picture. */
  shown: Board | undefined;
  saving: boolean;
  /** To the newest whiteboard, the first one if there is none; from a whiteboard back to the live picture. */
  toggleWhiteboard: () => void;
  addWhiteboard: () => void;
  annotate: (itemId: string) => void;
  show: (boardId: string | null) => void;
  /** Makes the shown board evidence as it is now. */
  save: () => void;
}

export function useBoards(connection: RoomConnection, room: RoomView): Boards {
  const { t } = useTranslation("console");
  const [saving, setSaving] = useState(false);
  const shown = room.boards.find(({ board_id }) => board_id === room.shown_board_id);
  const attempt = async (action: () => Promise<unknown>, failure: string) => {
    try {
      await action();
    } catch (error) {
      if (!(error instanceof RoomRequestError)) throw error;
      showToast({ kind: "danger", text: failure });
    }
  };
  const show = (board_id: string | null) =>
    void attempt(() => connection.request("board.show", { board_id }), t("live.board_failed"));
  const addWhiteboard = () =>
    void attempt(async () => {
      const { board_id } = await connection.request("board.open", { kind: "whiteboard" });
      await connection.request("board.show", { board_id });
    }, t("live.board_failed"));
  const toggleWhiteboard = () => {
    if (shown?.kind === "whiteboard") return show(null);
    const newest = room.boards.findLast(({ kind }) => kind === "whiteboard");
    if (newest === undefined) addWhiteboard();
    else show(newest.board_id);
  };
  const annotate = (itemId: string) => void attempt(() => showAnnotation(connection, itemId), t("live.board_failed"));
  const save = () => {
    if (shown === undefined || saving) return;
    if (shown.operations.length === 0) return showToast({ kind: "info", text: t("live.board_empty") });
    setSaving(true);
    void attempt(async () => {
      await connection.request("board.save", { board_id: shown.board_id });
      showToast({ kind: "success", text: t("live.board_saved") });
    }, t("live.board_save_failed")).finally(() => setSaving(false));
  };
  return { shown, saving, toggleWhiteboard, addWhiteboard, annotate, show, save };
}
