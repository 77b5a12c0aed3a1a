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
