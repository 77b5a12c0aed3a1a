import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { lockSession } from "@nexbasira/core/database/sessions.ts";
import { insertSignatureCode } from "@nexbasira/core/database/signature-codes.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { codeRecipientOf } from "@nexbasira/core/resources/code-recipient.ts";
import { waitForCode } from "./wait-for-code.ts";

const VALID_MS = 10 * 60_000;

export interface CodePurpose {
  purpose: "drawing" | "document";
  participant_id: string;
  /** The document that the code is to stand for; null for the drawing. */
  document_sha256: string | null;
}

/**
 * Puts a new one-time code on its way; the one before counts no more. Whoever asks at the same time waits.
 * @throws {AppError} conflict where there is neither number nor address; rate_limited.
 */
export async function sendCode(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  sessionId: string,
  wanted: CodePurpose,
): Promise<void> {
  const session = await lockSession(transaction, sessionId);
  const to = session && codeRecipientOf(session);
  if (!session || !to) throw new AppError("conflict", "There is neither a number nor an address to send a code to.");
  const wait_ms = await waitForCode(transaction, session.id, wanted.purpose);
  if (wait_ms > 0) {
    const message = `So many codes were sent that the next has to wait for ${Math.ceil(wait_ms / 1000)} s.`;
    throw new AppError("rate_limited", message);
  }
  const id = newId("signatureCode");
  await insertSignatureCode(transaction, {
    id,
    session_id: session.id,
    ...wanted,
    ...to,
    expires_at: new Date(Date.now() + VALID_MS),
  });
  await jobs.enqueue(transaction, "send-code", { code_id: id });
  await appendAuditEntry(transaction, session.org_id, {
    actor: { type: "participant", id: wanted.participant_id },
    action: "signature.code_sent",
    session_id: session.id,
    object: { type: "signature_code", id },
    object_hash: wanted.document_sha256,
    details: { purpose: wanted.purpose, channel: to.channel },
  });
}
