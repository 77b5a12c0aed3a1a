import { type Actor, appendAuditEntry } from "../audit/append-audit-entry.ts";
import { AppError } from "../contract/errors.ts";
import type { Transaction } from "../database/database.ts";
import { notifySession } from "../database/notify.ts";
import { countSessionBytes, detachContents, listSessionFiles, lockForDeletion } from "../database/retention.ts";
import { addStoredBytes } from "../database/usage-counters.ts";
import type { JobQueue } from "../jobs/job-queue.ts";

export interface ContentsDeletion {
  session_id: string;
  /** `rule`: only where its time is over. */
  by: "rule" | "hand";
  actor: Actor;
}

/**
 * Deletes the contents of a session's evidence: originals and what was made from them, recordings, boards, the drawn
 * signature, the report. In one transaction its rows let go of their files, the counters go down and the audit log says
 * so; the files themselves go by the job that this enqueues, which any later run can take up. Rows, hashes, audit entries
 * and proofs stay. False where there was nothing left to do.
 *
 * @throws {AppError} `legal_hold`; `conflict` while the session is open or its report is being made; `not_found`.
 */
export async function deleteContents(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  { session_id, by, actor }: ContentsDeletion,
): Promise<boolean> {
  const session = await lockForDeletion(transaction, session_id);
  if (!session) throw new AppError("not_found", "There is no such session.");
  if (session.evidence_deleted_at) return false;
  // Between the list and the lock a hold may have been set, or the rule changed.
  if (by === "rule" && (session.legal_hold_since || !session.evidence_due || !session.at_rest)) return false;
  if (session.legal_hold_since) throw underLegalHold();
  if (!session.completed_at || !session.at_rest) {
    throw new AppError("conflict", "The session is not over yet, or its report is being made.");
  }
  const files = await listSessionFiles(transaction, session_id);
  const bytes = await countSessionBytes(transaction, session_id);
  await detachContents(transaction, session_id, by, files);
  await jobs.enqueue(transaction, "delete-files", {});
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id,
    type: "session.evidence_deleted",
    object_id: null,
  });
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: "session.evidence_deleted",
    session_id,
    object: { type: "session", id: session_id },
    object_hash: null,
    details: { by, files: files.length, bytes },
  });
  if (bytes > 0) await addStoredBytes(transaction, session_id, -bytes);
  return true;
}

/** Nothing of a session that is held is deleted. */
export function underLegalHold(): AppError {
  return new AppError(
    "legal_hold",
    "The session is under a legal hold: nothing of it is deleted until the hold is removed.",
  );
}
