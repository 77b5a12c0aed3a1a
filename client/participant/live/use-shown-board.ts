import type { Board } from "@nexbasira/core/contract/signalling.ts";
import type { RoomConnection } from "@nexbasira/ui/room/room-connection.ts";
import { RoomRequestError } from "@nexbasira/ui/room/room-messages.ts";
import { useRoom } from "@nexbasira/ui/room/use-room.ts";
import { useCallback, useEffect, useState } from "react";

/**
 * The board in the place of the live picture. The inspector's choice comes first each time it changes; in between, the
 * person may go back to the camera or open the whiteboard by themselves.
 */
export function useShownBoard(connection: RoomConnection): {
  board: Board | undefined;
  show: (boardId: string | null) => void;
  /** Opens the whiteboard, a new one if there is none. */
  openWhiteboard: () => Promise<void>;
} {
  const { room } = useRoom(connection);
  const shownByInspector = room?.shown_board_id ?? null;
  const [shown, show] = useState<string | null>(shownByInspector);
  useEffect(() => show(shownByInspector), [shownByInspector]);

  const openWhiteboard = useCallback(async () => {
    const present = connection.getSnapshot().room?.boards.findLast(({ kind }) => kind === "whiteboard");
    if (present !== undefined) return show(present.board_id);
    try {
      const { board_id } = await connection.request("board.open", { kind: "whiteboard" });
      show(board_id);
    } catch (error) {
      // Lost with the connection, which the page shows; the person presses again.
      if (!(error instanceof RoomRequestError)) throw error;
    }
  }, [connection]);

  return { board: room?.boards.find(({ board_id }) => board_id === shown), show, openWhiteboard };
}
