import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

/** The key that signs checkpoints now; undefined before the first one. */
export function findAuditLogKey(database: Database) {
  return database.selectFrom("audit_log_keys").selectAll().where("retired_at", "is", null).executeTakeFirst();
}

/** Does nothing where there is a present key already. */
export async function insertAuditLogKey(
  database: Database,
  key: { public_key: Buffer; encrypted: string },
): Promise<void> {
  await database
    .insertInto("audit_log_keys")
    .values(key)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Puts a new key in the place of the present one, of which the public half stays, for what it has signed.
 *
 * @returns whether there was one to retire
 */
export async function replacePresentKey(
  transaction: Transaction,
  key: { public_key: Buffer; encrypted: string },
): Promise<boolean> {
  const { numUpdatedRows } = await transaction
    .updateTable("audit_log_keys")
    .set({ retired_at: sql`now()`, encrypted: null })
    .where("retired_at", "is", null)
    .executeTakeFirst();
  await transaction.insertInto("audit_log_keys").values(key).execute();
  return numUpdatedRows > 0n;
}

/** The present key and those before it, the newest first. */
export function listAuditLogKeys(database: Database) {
  return database
    .selectFrom("audit_log_keys")
    .select(["id", "public_key", "encrypted"])
    .orderBy("id", "desc")
    .execute();
}

/** Stores the same private key encrypted otherwise. */
export async function replaceAuditLogKey(transaction: Transaction, id: number, encrypted: string): Promise<void> {
  await transaction.updateTable("audit_log_keys").set({ encrypted }).where("id", "=", id).execute();
}
