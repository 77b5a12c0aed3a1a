import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { SessionSigning } from "@nexbasira/core/contract/console.ts";
import { maskRecipient } from "@nexbasira/core/contract/mask-recipient.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { listInvitations } from "@nexbasira/core/database/invitations.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import { codeRecipientOf } from "@nexbasira/core/resources/code-recipient.ts";
import { loadSigners } from "@nexbasira/core/resources/load-signers.ts";
import { toSignerRequest } from "@nexbasira/core/resources/signer-resource.ts";

/** Where a session's signature stands, for the console. */
export async function loadSessionSigning(database: Database, sessionId: string): Promise<SessionSigning> {
  const [session, signers, request, invitations] = [
    await findSession(database, sessionId),
    await loadSigners(database, sessionId),
    await findSignatureRequest(database, sessionId),
    await listInvitations(database, sessionId),
  ];
  const to = session && codeRecipientOf(session);
  const message = invitations.findLast(({ purpose }) => purpose === "sign");
  const { drawn, identity, document } = signers;
  return {
    code_recipient: to ? { channel: to.channel, sent_to: maskRecipient(to.channel, to.recipient) } : null,
    drawn_code: drawn?.code ? { ...drawn.code, confirmed_at: toTimestamp(drawn.code.confirmed_at) } : null,
    identity: identity && {
      name: identity.name,
      confirmed_by: identity.confirmed_by,
      proof: identity.proof,
      at: toTimestamp(identity.at),
    },
    request: document && {
      ...toSignerRequest(document),
      closed_at: document.closed_at && toTimestamp(document.closed_at),
      signed_at: document.signed_at && toTimestamp(document.signed_at),
      certificate_subject: document.certificate_subject,
      problem: request?.problem ?? null,
      message: message
        ? {
            id: message.id,
            channel: message.channel,
            to: message.recipient,
            status: message.status,
            problem: message.problem,
            created_at: toTimestamp(message.created_at),
          }
        : null,
    },
  };
}
