import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

export async function insertJoinLink(transaction: Transaction, link: { id: string; session_id: string }) {
  await transaction.insertInto("join_links").values(link).execute();
}

export function findJoinLink(database: Database, id: string) {
  return database.selectFrom("join_links").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The newest link of each session that was not revoked. */
export async function newestJoinLinks(database: Database, sessionIds: readonly string[]): Promise<Map<string, string>> {
  if (sessionIds.length === 0) return new Map();
  const rows = await database
    .selectFrom("join_links")
    .select(["session_id", "id"])
    .distinctOn("session_id")
    .where("session_id", "in", sessionIds)
    .where("revoked_at", "is", null)
    .orderBy("session_id")
    .orderBy("id", "desc")
    .execute();
  return new Map(rows.map((row) => [row.session_id, row.id]));
}

export async function revokeJoinLinks(transaction: Transaction, sessionId: string): Promise<void> {
  await transaction
    .updateTable("join_links")
    .set({ revoked_at: sql<Date>`now()` })
    .where("session_id", "=", sessionId)
    .where("revoked_at", "is", null)
    .execute();
}
