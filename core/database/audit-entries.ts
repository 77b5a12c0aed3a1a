import type { Database, Transaction } from "./database.ts";

/** The log's size and head, locked until the commit; an empty log is made at its first use. */
export async function lockAuditLog(transaction: Transaction, orgId: number, genesisHash: string) {
  await transaction
    .insertInto("audit_logs")
    .values({ org_id: orgId, size: 0, head_hash: genesisHash })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return transaction
    .selectFrom("audit_logs")
    .select(["size", "head_hash"])
    .where("org_id", "=", orgId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function insertAuditEntry(
  transaction: Transaction,
  entry: { org_id: number; sequence: number; session_id: string | null; hash: string; record: string },
): Promise<void> {
  await transaction.insertInto("audit_entries").values(entry).execute();
}

export async function advanceAuditLog(
  transaction: Transaction,
  orgId: number,
  head: { size: number; head_hash: string },
): Promise<void> {
  await transaction.updateTable("audit_logs").set(head).where("org_id", "=", orgId).execute();
}

/** A session's entries, oldest first. */
export function listSessionAuditEntries(database: Database, sessionId: string) {
  return database
    .selectFrom("audit_entries")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("sequence")
    .execute();
}
