import type { Insertable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertIdentityConfirmation(
  transaction: Transaction,
  confirmation: Insertable<Schema["identity_confirmations"]>,
): Promise<void> {
  await transaction.insertInto("identity_confirmations").values(confirmation).execute();
}

/** The newest one: it takes the place of those before it. */
export function findIdentityConfirmation(database: Database, sessionId: string) {
  return database
    .selectFrom("identity_confirmations")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
}
