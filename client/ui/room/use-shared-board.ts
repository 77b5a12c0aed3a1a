import type { Board as RoomBoard } from "@nexbasira/core/contract/signalling.ts";
import type { Board } from "@nexbasira/core/shapes/board.ts";
import type { Operation } from "@nexbasira/core/shapes/operation.ts";
import { useEffect, useMemo, useRef, useState } from "react";
import { SharedBoard } from "../board/shared-board.ts";
import type { RoomConnection } from "./room-connection.ts";
import { useRoom } from "./use-room.ts";

/** How long operations are gathered before they travel together, ms: below what an eye notices. */
const GATHER_MS = 40;
/** The most operations of one message (`board.operate`). */
const MOST = 100;

/**
 * A board of the room, with one's own strokes shown at once. Give the component that uses it the board's id as its `key`:
 * it serves one board for its life.
 */
export function useSharedBoard(
  connection: RoomConnection,
  board: RoomBoard,
): { view: Board; draw: (operation: Operation) => void } {
  const { room } = useRoom(connection);
  const author = room?.self.participant_id ?? "";
  const entered = room?.server_time_ms;
  const [shared] = useState(() => new SharedBoard(author, board.operations, (changed) => setView(changed)));
  const [view, setView] = useState<Board>(() => shared.view);
  const lastEntered = useRef(entered);

  useEffect(() => {
    // After a new entering the room's list is the truth, and what was under way is lost.
    if (lastEntered.current === entered) shared.receive(board.operations);
    else shared.replace(board.operations);
    lastEntered.current = entered;
  }, [shared, board.operations, entered]);

  const sender = useMemo(
    () => new OperationSender(connection, board.board_id, shared),
    [connection, board.board_id, shared],
  );
  useEffect(() => () => sender.close(), [sender]);

  return { view, draw: sender.draw };
}

class OperationSender {
  readonly #connection: RoomConnection;
  readonly #boardId: string;
  readonly #shared: SharedBoard;
  #gathered: Operation[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: RoomConnection, boardId: string, shared: SharedBoard) {
    this.#connection = connection;
    this.#boardId = boardId;
    this.#shared = shared;
  }

  readonly draw = (operation: Operation): void => {
    if (!this.#shared.draw(operation)) return;
    this.#gathered.push(operation);
    this.#timer ??= setTimeout(() => this.#send(), GATHER_MS);
  };

  /** What is still gathered is sent, so that a stroke drawn right before leaving the board is not lost. */
  close(): void {
    clearTimeout(this.#timer);
    this.#send();
  }

  #send(): void {
    this.#timer = undefined;
    const operations = this.#gathered.splice(0, MOST);
    if (operations.length === 0) return;
    if (this.#gathered.length > 0) this.#timer = setTimeout(() => this.#send(), GATHER_MS);
    this.#connection.request("board.operate", { board_id: this.#boardId, operations }).catch(() => {
      // Refused, or lost with the connection: it disappears from the board, where everybody can see that it did.
      this.#shared.drop(operations.length);
    });
  }
}
