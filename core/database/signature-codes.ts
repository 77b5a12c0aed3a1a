import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

type Purpose = Schema["signature_codes"]["purpose"];

export async function insertSignatureCode(transaction: Transaction, code: Insertable<Schema["signature_codes"]>) {
  await transaction.insertInto("signature_codes").values(code).execute();
}

export function findSignatureCode(database: Database, id: string) {
  return database.selectFrom("signature_codes").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The newest one for this purpose: the only one that counts. */
export function findNewestCode(database: Database, sessionId: string, purpose: Purpose) {
  return newestCode(database, sessionId, purpose).executeTakeFirst();
}

/** As `findNewestCode`, and whoever tries it at the same time waits for the commit: no try goes uncounted. */
export function lockNewestCode(transaction: Transaction, sessionId: string, purpose: Purpose) {
  return newestCode(transaction, sessionId, purpose).forUpdate().executeTakeFirst();
}

function newestCode(database: Database, sessionId: string, purpose: Purpose) {
  return database
    .selectFrom("signature_codes")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("purpose", "=", purpose)
    .orderBy("id", "desc")
    .limit(1);
}

/** When the codes of the last day were sent, for either purpose; the newest first. */
export async function listCodeTimes(database: Database, sessionId: string): Promise<Date[]> {
  const rows = await database
    .selectFrom("signature_codes")
    .select("created_at")
    .where("session_id", "=", sessionId)
    .where("created_at", ">", sql<Date>`now() - interval '1 day'`)
    .orderBy("created_at", "desc")
    .execute();
  return rows.map(({ created_at }) => created_at);
}

export async function countAttempt(transaction: Transaction, id: string): Promise<void> {
  await transaction
    .updateTable("signature_codes")
    .set({ attempts: sql<number>`attempts + 1` })
    .where("id", "=", id)
    .execute();
}

export async function confirmCode(transaction: Transaction, id: string): Promise<void> {
  await transaction
    .updateTable("signature_codes")
    .set({ confirmed_at: sql<Date>`now()` })
    .where("id", "=", id)
    .execute();
}

/** What became of its message. */
export async function setCodeMessage(
  transaction: Transaction,
  id: string,
  change: { sent: true } | { problem: string },
): Promise<void> {
  await transaction
    .updateTable("signature_codes")
    .set("sent" in change ? { sent_at: sql<Date>`now()`, problem: null } : change)
    .where("id", "=", id)
    .where("sent_at", "is", null)
    .execute();
}
