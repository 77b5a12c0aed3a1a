import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { advanceEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { advanceSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";

export interface MadeSignature {
  pdf: { key: string; sha256: string };
  signedAt: Date;
  certificate_subject: string;
  /** Who signed, where their certificate says it and not we. */
  name?: string;
}

/** Hands a report that its participant has signed on to the organization's seal; a second one of a run that was killed is thrown away. */
export async function finishSignature(
  { database, jobs }: { database: Database; jobs: JobQueue },
  session: SessionRow,
  { pdf, signedAt, certificate_subject, name }: MadeSignature,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const done = await advanceSignatureRequest(transaction, session.id, "confirmed", {
      state: "signed",
      closed_at: new Date(),
      signed_at: signedAt,
      signed_sha256: pdf.sha256,
      certificate_subject,
      ...(name !== undefined && { name }),
    });
    if (!done) return;
    await advanceEvidenceFile(transaction, session.id, "awaiting_signer", {
      status: "signing",
      progress: 0,
      report_key: pdf.key,
    });
    await jobs.enqueue(transaction, "sign-evidence", { session_id: session.id });
    await notifySession(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "progress",
      object_id: null,
    });
    const { level, document_sha256, code_id, provider } = done;
    await appendAuditEntry(transaction, session.org_id, {
      actor: { type: "participant", id: done.participant_id },
      action: "signature.made",
      session_id: session.id,
      object: { type: "evidence_file", id: session.id },
      object_hash: pdf.sha256,
      details: { level, document_sha256, code_id, provider },
    });
  });
}
