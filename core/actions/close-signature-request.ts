import { type Actor, appendAuditEntry } from "../audit/append-audit-entry.ts";
import type { Transaction } from "../database/database.ts";
import { advanceEvidenceFile } from "../database/evidence-files.ts";
import { notifySession } from "../database/notify.ts";
import { advanceSignatureRequest } from "../database/signature-requests.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import type { SessionRow } from "../resources/session-resource.ts";

/**
 * Ends the wait for a participant's signature without one: they refused, time ran out, or an inspector gave it up. The
 * report, which nobody has signed, is assembled again to say so, and then sealed. False where nothing was waiting any
 * more.
 */
export async function closeSignatureRequest(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  session: SessionRow,
  { as, actor }: { as: "refused" | "expired" | "given_up"; actor: Actor },
): Promise<boolean> {
  const request = await advanceSignatureRequest(transaction, session.id, "waiting", {
    state: as,
    closed_at: new Date(),
  });
  if (!request) return false;
  await advanceEvidenceFile(transaction, session.id, "awaiting_signer", { status: "report", progress: 0 });
  await jobs.enqueue(transaction, "assemble-report", { session_id: session.id });
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "progress",
    object_id: null,
  });
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: `signature.${as}`,
    session_id: session.id,
    object: { type: "evidence_file", id: session.id },
    object_hash: request.document_sha256,
    details: { participant_id: request.participant_id },
  });
  return true;
}
