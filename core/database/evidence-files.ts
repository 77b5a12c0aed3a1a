import type { Updateable } from "kysely";
import type { EvidenceFileStatus } from "../contract/evidence.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertEvidenceFile(
  transaction: Transaction,
  file: { session_id: string; org_id: number; status: "recordings" | "report" },
): Promise<void> {
  await transaction
    .insertInto("evidence_files")
    .values(file)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export function findEvidenceFile(database: Database, sessionId: string) {
  return database.selectFrom("evidence_files").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
}

/** Moves it on if it is in state `from`; undefined when another run was faster. */
export function advanceEvidenceFile(
  transaction: Transaction,
  sessionId: string,
  from: Exclude<EvidenceFileStatus, "not_started">,
  change: Updateable<Schema["evidence_files"]>,
) {
  return transaction
    .updateTable("evidence_files")
    .set(change)
    .where("session_id", "=", sessionId)
    .where("status", "=", from)
    .returningAll()
    .executeTakeFirst();
}

/** Whatever stage it is in; undefined when it is ready or has failed already. */
export function failEvidenceFile(transaction: Transaction, sessionId: string, problem: string) {
  return transaction
    .updateTable("evidence_files")
    .set({ status: "failed", problem })
    .where("session_id", "=", sessionId)
    .where("status", "in", ["report", "signing"])
    .returningAll()
    .executeTakeFirst();
}
