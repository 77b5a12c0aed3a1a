import { type Insertable, sql, type Updateable } from "kysely";
import type { SignatureRequestState } from "../contract/signing.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertSignatureRequest(
  transaction: Transaction,
  request: Insertable<Schema["signature_requests"]>,
): Promise<void> {
  await transaction.insertInto("signature_requests").values(request).execute();
}

export function findSignatureRequest(database: Database, sessionId: string) {
  return database.selectFrom("signature_requests").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
}

/** Moves it on if it is in state `from`; undefined when somebody else was faster. */
export function advanceSignatureRequest(
  transaction: Transaction,
  sessionId: string,
  from: SignatureRequestState,
  change: Updateable<Schema["signature_requests"]>,
) {
  return transaction
    .updateTable("signature_requests")
    .set(change)
    .where("session_id", "=", sessionId)
    .where("state", "=", from)
    .returningAll()
    .executeTakeFirst();
}

/** Sessions whose document has waited long enough, after `after_id`. */
export async function listOverdueRequests(
  database: Database,
  { after_id, limit }: { after_id: string; limit: number },
): Promise<string[]> {
  const rows = await database
    .selectFrom("signature_requests")
    .select("session_id")
    .where("state", "=", "waiting")
    .where("expires_at", "<=", sql<Date>`now()`)
    .where("session_id", ">", after_id)
    .orderBy("session_id")
    .limit(limit)
    .execute();
  return rows.map(({ session_id }) => session_id);
}
