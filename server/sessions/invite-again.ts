import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { CreateInvitation, Session } from "@nexbasira/core/contract/session.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertInvitation } from "@nexbasira/core/database/invitations.ts";
import { insertJoinLink, newestJoinLinks, revokeJoinLinks } from "@nexbasira/core/database/join-links.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { loadSession } from "@nexbasira/core/resources/load-session.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { newInvitation, sendInvitation } from "./send-invitation.ts";

/** Sends the link again, by the same or another channel; where asked, a new link, and the older ones die. */
export async function inviteAgain(
  context: { jobs: JobQueue; links: Links },
  transaction: Transaction,
  session: SessionRow,
  request: CreateInvitation,
  actor: Actor,
): Promise<Session> {
  if (session.status !== "pending" && session.status !== "active") {
    throw new AppError("conflict", `The session is ${session.status}: nobody can join it any more.`);
  }
  const channel = request.channel ?? session.participant_channel;
  const recipients = {
    sms: request.phone ?? session.participant_phone,
    email: request.email ?? session.participant_email,
    link: null,
  };
  const recipient = recipients[channel];
  if (recipient === null && channel !== "link") {
    const param = channel === "sms" ? "phone" : "email";
    throw new AppError("validation_error", `${param}: the session has none, so it is required`, { param });
  }
  const revoke = request.revoke_previous ?? false;
  const join_link_id = await linkToSend(transaction, session.id, revoke);
  const invitation = newInvitation({ session_id: session.id, join_link_id, channel, recipient });
  await insertInvitation(transaction, invitation);
  await sendInvitation(context, transaction, invitation);
  const resource = await loadSession(transaction, context.links, session);
  await appendAuditEntry(transaction, session.org_id, {
    actor,
    action: "session.invited",
    session_id: session.id,
    object: { type: "session", id: session.id },
    object_hash: null,
    details: { channel, revoked_previous: revoke },
  });
  return resource;
}

/** The link that everybody has, or a new one where that is not to be used, or stopped working. */
async function linkToSend(transaction: Transaction, sessionId: string, revoke: boolean): Promise<string> {
  if (revoke) await revokeJoinLinks(transaction, sessionId);
  const current = (await newestJoinLinks(transaction, [sessionId])).get(sessionId);
  if (current) return current;
  const id = newId("joinLink");
  await insertJoinLink(transaction, { id, session_id: sessionId });
  return id;
}
