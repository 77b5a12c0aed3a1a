import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertApiKey(transaction: Transaction, key: Insertable<Schema["api_keys"]>): Promise<void> {
  await transaction.insertInto("api_keys").values(key).execute();
}

/** By the hash of the secret; revoked and expired keys are not found. */
export function findApiKey(database: Database, secretHash: string) {
  return database
    .selectFrom("api_keys")
    .select(["id", "org_id", "mode", "scopes"])
    .where("secret_hash", "=", secretHash)
    .where("revoked_at", "is", null)
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", sql<Date>`now()`)]))
    .executeTakeFirst();
}

/** To the minute: a busy key must not write a row for every request. */
export async function touchApiKey(database: Database, id: string): Promise<void> {
  await database
    .updateTable("api_keys")
    .set({ last_used_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where((eb) =>
      eb.or([eb("last_used_at", "is", null), eb("last_used_at", "<", sql<Date>`now() - interval '1 minute'`)]),
    )
    .execute();
}
