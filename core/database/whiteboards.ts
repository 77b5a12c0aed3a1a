import type { Insertable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Undefined when the item has its board already. */
export function insertWhiteboard(database: Database, board: Insertable<Schema["whiteboards"]>) {
  return database
    .insertInto("whiteboards")
    .values(board)
    .onConflict((conflict) => conflict.column("item_id").where("item_id", "is not", null).doNothing())
    .returningAll()
    .executeTakeFirst();
}

export function findWhiteboard(database: Database, id: string) {
  return database.selectFrom("whiteboards").selectAll().where("id", "=", id).executeTakeFirst();
}

export function findWhiteboardOfItem(database: Database, itemId: string) {
  return database.selectFrom("whiteboards").selectAll().where("item_id", "=", itemId).executeTakeFirst();
}

export function listWhiteboards(database: Database, sessionId: string) {
  return database.selectFrom("whiteboards").selectAll().where("session_id", "=", sessionId).orderBy("id").execute();
}

/** Operations written a second time, after a connection that broke at the commit, are left as they are. */
export async function insertBoardOperations(
  database: Database | Transaction,
  operations: Insertable<Schema["board_operations"]>[],
): Promise<void> {
  await database
    .insertInto("board_operations")
    .values(operations)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A board's history in order. */
export function listBoardOperations(database: Database, boardId: string) {
  return database
    .selectFrom("board_operations")
    .selectAll()
    .where("board_id", "=", boardId)
    .orderBy("sequence")
    .execute();
}
