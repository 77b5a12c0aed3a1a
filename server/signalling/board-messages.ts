import { saveBoard } from "@nexbasira/core/actions/save-board.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findEvidenceItem } from "@nexbasira/core/database/evidence-items.ts";
import { findWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import type { Call, MessageHandlers } from "./message-handler.ts";

export const boardMessages = {
  "board.open": async (call, payload) => {
    const { room, person } = call;
    if (payload.kind === "annotation") return { board_id: await openAnnotation(call, payload.item_id) };
    const board = await room.boards.openWhiteboard(person.id);
    room.broadcast("board.opened", board.describe());
    return { board_id: board.info.board_id };
  },

  "board.show": async ({ room }, { board_id }) => {
    if (board_id !== null) room.boards.get(board_id);
    room.boards.shownBoardId = board_id;
    room.broadcast("board.shown", { board_id });
    return {};
  },

  /** Told to everybody at once, the sender included, and acknowledged when it is stored. */
  "board.operate": async ({ room, person }, { board_id, operations }) => {
    const { applied, sequence, stored } = room.boards.operate(board_id, person.id, operations);
    if (applied.length > 0) room.broadcast("board.operated", { board_id, operations: applied });
    await stored;
    return { sequence };
  },

  "board.point": async ({ room, person }, { board_id, at }) => {
    room.point(person, room.boards.get(board_id).info.board_id, at);
    return {};
  },

  "board.save": async ({ services, room, person }, { board_id }) => {
    if (room.boards.get(board_id).info.kind === "live") {
      throw new AppError("conflict", "A drawing over the live picture is not kept.");
    }
    // What is saved is what is stored: the item must not be there without the operations it was drawn from.
    await room.boards.stored();
    const board = await findWhiteboard(services.database, board_id);
    const item = board && (await saveBoard(services, board, person.id));
    if (!item) throw new AppError("conflict", "The board is empty.");
    return { item_id: item.id };
  },
} satisfies Partial<MessageHandlers>;

async function openAnnotation({ services, room, person }: Call, itemId: string): Promise<string> {
  const item = await findEvidenceItem(services.database, itemId);
  if (!item || item.session_id !== room.session.id) throw new AppError("not_found", "There is no such item.");
  const { id, width, height } = item;
  if (width === null || height === null || !item.media_type.startsWith("image/")) {
    throw new AppError("conflict", "This item has no picture to draw on.", { param: "item_id" });
  }
  const { board, isNew } = await room.boards.openAnnotation({ id, width, height }, person.id);
  if (isNew) room.broadcast("board.opened", board.describe());
  return board.info.board_id;
}
