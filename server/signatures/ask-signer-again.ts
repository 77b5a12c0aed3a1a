import { inviteToSign } from "@nexbasira/core/actions/invite-to-sign.ts";
import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { listInvitations } from "@nexbasira/core/database/invitations.ts";
import { lockSession } from "@nexbasira/core/database/sessions.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { codeRecipientOf } from "@nexbasira/core/resources/code-recipient.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";

const AGAIN_AFTER_MS = 60_000;

/**
 * Sends the participant the link to their report again, to where their codes go.
 * @throws {AppError} conflict where nothing waits, or there is nowhere to send it; rate_limited.
 */
export async function askSignerAgain(
  context: { jobs: JobQueue },
  transaction: Transaction,
  { id }: SessionRow,
  actor: Actor,
): Promise<void> {
  const session = await lockSession(transaction, id);
  const request = await findSignatureRequest(transaction, id);
  if (!session || request?.state !== "waiting") throw new AppError("conflict", "The report waits for no signature.");
  const recipient = codeRecipientOf(session);
  if (!recipient) throw new AppError("conflict", "There is neither a number nor an address to send it to.");
  const newest = (await listInvitations(transaction, id)).findLast(({ purpose }) => purpose === "sign");
  if (newest && newest.status !== "failed" && Date.now() - newest.created_at.getTime() < AGAIN_AFTER_MS) {
    throw new AppError("rate_limited", "It was sent a moment ago: wait a minute before you send it again.");
  }
  await inviteToSign(context, transaction, session, recipient);
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: "signature.asked_again",
    session_id: id,
    object: { type: "evidence_file", id },
    object_hash: request.document_sha256,
    details: { channel: recipient.channel },
  });
}
