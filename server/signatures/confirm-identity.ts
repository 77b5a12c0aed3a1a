import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { ConfirmIdentity } from "@nexbasira/core/contract/signing.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertIdentityConfirmation } from "@nexbasira/core/database/identity-confirmations.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { findFieldParticipant, lockPresence } from "@nexbasira/core/database/participants.ts";
import { holdSession } from "@nexbasira/core/database/sessions.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";

/**
 * A member vouches for whom they see in the live picture, by what they say they have seen. The name and the document are
 * kept beside the log, which cannot forget; the log says that it was done, by whom and how.
 *
 * @throws {AppError} conflict unless the participant is in the call now.
 */
export async function confirmIdentity(
  transaction: Transaction,
  { id: sessionId }: SessionRow,
  member: { user_id: number; name: string },
  { name, proof }: ConfirmIdentity,
): Promise<void> {
  const found = await findFieldParticipant(transaction, sessionId);
  const participant = found && (await lockPresence(transaction, found.id));
  const session = await holdSession(transaction, sessionId);
  if (session?.status !== "active" || !participant?.present) {
    throw new AppError("conflict", "The participant is not in the call: there is nobody to be seen.");
  }
  const id = newId("identity");
  await insertIdentityConfirmation(transaction, {
    id,
    session_id: session.id,
    participant_id: participant.id,
    confirmed_by: member.user_id,
    confirmed_by_name: member.name,
    method: proof.method,
    document_type: proof.method === "document" ? proof.document_type : null,
    issuing_country: proof.method === "document" ? proof.issuing_country : null,
    document_ending: proof.method === "document" ? (proof.document_ending ?? null) : null,
    note: proof.method === "other" ? proof.note : null,
    name,
  });
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "identity.confirmed",
    object_id: id,
  });
  await appendAuditEntry(transaction, session.org_id, {
    actor: { type: "member", id: String(member.user_id) },
    action: "identity.confirmed",
    session_id: session.id,
    object: { type: "participant", id: participant.id },
    object_hash: null,
    details: {
      identity_id: id,
      method: proof.method,
      ...(proof.method === "document" && {
        document_type: proof.document_type,
        issuing_country: proof.issuing_country,
      }),
    },
  });
}
