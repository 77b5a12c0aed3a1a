import type { Board as RoomBoard } from "@nexbasira/core/contract/signalling.ts";
import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { Pointing } from "../board/pointing.ts";
import { showToast } from "../toast.tsx";
import { boardLineOf } from "./board-line.ts";
import { BoardPointing } from "./board-pointing.ts";
import type { RoomConnection } from "./room-connection.ts";

/**
 * A board of the room, with one's own strokes shown at once. Give the component that uses it the board's id as its `key`:
 * it serves one board for its life.
 */
export function useSharedBoard(
  connection: RoomConnection,
  board: RoomBoard,
): { view: Board; draw: (operation: Operation) => void; pointing: Pointing } {
  const { t } = useTranslation();
  const [line] = useState(() => boardLineOf(connection, board));
  const [pointing] = useState(() => new BoardPointing(connection, board.board_id));
  const view = useSyncExternalStore(line.subscribe, line.getView);
  useEffect(() => line.hold(), [line]);
  useEffect(() => () => pointing.point(null), [pointing]);
  useEffect(
    () =>
      line.onProblem((problem) =>
        showToast({ kind: "danger", text: t(problem === "full" ? "board.full" : "board.not_taken") }),
      ),
    [line, t],
  );
  return { view, draw: line.draw, pointing };
}
