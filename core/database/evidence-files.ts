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

/**
 * Puts a file in the place of a ready one that begins with the same bytes; undefined when that was replaced or deleted in
 * the meantime. Whichever of the two is then named by nothing is noted as to be removed.
 */
export async function replaceEvidenceFile(
  transaction: Transaction,
  before: { session_id: string; pdf_key: string },
  change: Updateable<Schema["evidence_files"]> & { pdf_key: string },
) {
  const replaced = await transaction
    .updateTable("evidence_files")
    .set(change)
    .where("session_id", "=", before.session_id)
    .where("status", "=", "ready")
    .where("pdf_key", "=", before.pdf_key)
    .returningAll()
    .executeTakeFirst();
  // Where it was deleted or replaced in the meantime, nothing will ever name the new one.
  const storage_key = replaced ? before.pdf_key : change.pdf_key;
  await transaction
    .insertInto("files_to_delete")
    .values({ storage_key })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return replaced;
}

/**
 * Sessions whose signed file has a document time stamp that ends before `ends_before`, or is below B-LTA and was signed
 * after `signed_after`; after `after_id`, by their ids.
 */
export async function listFilesToUpgrade(
  database: Database,
  page: { ends_before: Date; signed_after: Date; after_id: string; limit: number },
): Promise<string[]> {
  const rows = await database
    .selectFrom("evidence_files")
    .select("session_id")
    .where("status", "=", "ready")
    .where("pdf_key", "is not", null)
    .where(({ eb, or, and }) =>
      or([
        eb("timestamp_expires_at", "<", page.ends_before),
        and([eb("baseline", "!=", "B-LTA"), eb("signed_at", ">", page.signed_after)]),
      ]),
    )
    .where("session_id", ">", page.after_id)
    .orderBy("session_id")
    .limit(page.limit)
    .execute();
  return rows.map(({ session_id }) => session_id);
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
