import { type Insertable, sql } from "kysely";
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
  return boards(database).where("id", "=", id).executeTakeFirst();
}

/** Boards with the time of their last stroke, null for an empty one. */
function boards(database: Database) {
  return database
    .selectFrom("whiteboards")
    .selectAll("whiteboards")
    .select(
      sql<Date | null>`(select max(o.at) from board_operations o where o.board_id = whiteboards.id)`.as("updated_at"),
    );
}

export function findWhiteboardOfItem(database: Database, itemId: string) {
  return database.selectFrom("whiteboards").selectAll().where("item_id", "=", itemId).executeTakeFirst();
}

export function listWhiteboards(database: Database, sessionId: string) {
  return boards(database).where("session_id", "=", sessionId).orderBy("id").execute();
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
