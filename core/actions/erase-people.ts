import { type Actor, appendAuditEntry } from "../audit/append-audit-entry.ts";
import { AppError } from "../contract/errors.ts";
import type { Transaction } from "../database/database.ts";
import { erasePersonalData } from "../database/erase-people.ts";
import { notifySession } from "../database/notify.ts";
import { lockForDeletion } from "../database/retention.ts";
import { underLegalHold } from "./delete-contents.ts";

/**
 * Makes a session's participant unreadable, once the contents that show them are deleted: nothing is erased while the
 * report that names the person can still be read. The audit log's records stay, which only know ids. False where it was
 * done before, or where a hold stands against the rule.
 *
 * @throws {AppError} `legal_hold`; `conflict` while the session is open or its contents are there; `not_found`.
 */
export async function erasePeople(
  transaction: Transaction,
  { session_id, by, actor }: { session_id: string; by: "rule" | "hand"; actor: Actor },
): Promise<boolean> {
  const session = await lockForDeletion(transaction, session_id);
  if (!session) throw new AppError("not_found", "There is no such session.");
  if (session.personal_data_erased_at) return false;
  if (session.legal_hold_since) {
    if (by === "rule") return false;
    throw underLegalHold();
  }
  if (!session.completed_at || (session.started_at && !session.evidence_deleted_at)) {
    throw new AppError(
      "conflict",
      "The contents of the session's evidence are to be deleted first: they show the person.",
    );
  }
  await erasePersonalData(transaction, session_id);
  await notifySession(transaction, { org_id: session.org_id, session_id, type: "session.erased", object_id: null });
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: "personal_data.erased",
    session_id,
    object: { type: "session", id: session_id },
    object_hash: null,
    details: { by },
  });
  return true;
}
