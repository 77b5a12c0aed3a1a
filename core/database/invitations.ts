import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertInvitation(transaction: Transaction, invitation: Insertable<Schema["invitations"]>) {
  await transaction.insertInto("invitations").values(invitation).execute();
}

export function findInvitation(database: Database, id: string) {
  return database.selectFrom("invitations").selectAll().where("id", "=", id).executeTakeFirst();
}

export function listInvitations(database: Database, sessionId: string) {
  return database.selectFrom("invitations").selectAll().where("session_id", "=", sessionId).orderBy("id").execute();
}

export async function setInvitationStatus(
  database: Database | Transaction,
  id: string,
  change: { status: "sent" | "failed"; problem: string | null },
): Promise<void> {
  await database
    .updateTable("invitations")
    .set({ ...change, ...(change.status === "sent" ? { sent_at: sql<Date>`now()` } : {}) })
    .where("id", "=", id)
    .where("status", "=", "waiting")
    .execute();
}
