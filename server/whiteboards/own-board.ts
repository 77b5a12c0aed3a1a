import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import type { Caller } from "../http/authenticate.ts";
import { isOwn } from "../http/own-session.ts";

export type BoardRow = NonNullable<Awaited<ReturnType<typeof findWhiteboard>>>;

/** The board, if its session is the caller's to see. Throws `not_found`. */
export async function findOwnBoard(database: Database, caller: Caller, id: string): Promise<BoardRow> {
  const board = await findWhiteboard(database, id);
  if (!board || !(await isOwn(database, caller, board.session_id))) {
    throw new AppError("not_found", "There is no such whiteboard.");
  }
  return board;
}
