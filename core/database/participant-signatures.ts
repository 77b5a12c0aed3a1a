import type { Insertable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Undefined when the session has its signature already: the first one counts. */
export function insertParticipantSignature(
  transaction: Transaction,
  signature: Insertable<Schema["participant_signatures"]>,
) {
  return transaction
    .insertInto("participant_signatures")
    .values(signature)
    .onConflict((conflict) => conflict.column("session_id").doNothing())
    .returning("id")
    .executeTakeFirst();
}

export function findParticipantSignature(database: Database, sessionId: string) {
  return database
    .selectFrom("participant_signatures")
    .selectAll()
    .where("session_id", "=", sessionId)
    .executeTakeFirst();
}
