import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findInvitation, setInvitationStatus } from "@nexbasira/core/database/invitations.ts";
import { findJoinLink } from "@nexbasira/core/database/join-links.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { findOrganization } from "@nexbasira/core/database/organizations.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { deliverMessage } from "../messages/deliver-message.ts";
import type { Drivers } from "../messages/drivers.ts";
import { readLogo } from "./read-logo.ts";
import { writeInvitation } from "./write-invitation.ts";

export interface InvitationContext {
  database: Database;
  storage: Storage;
  links: Links;
  /** A channel without a driver goes to the outbox, as does everything of test mode. */
  drivers: Drivers;
}

const OPEN: ReadonlySet<string> = new Set(["pending", "active"]);

/**
 * Sends an invitation's message, or puts it in the outbox. One that was sent is not sent again, and no message goes out
 * with a link that leads nowhere any more.
 */
export async function sendInvitation(
  { database, storage, links, drivers }: InvitationContext,
  invitationId: string,
): Promise<void> {
  const invitation = await findInvitation(database, invitationId);
  const session = invitation && (await findSession(database, invitation.session_id));
  const organization = session && (await findOrganization(database, session.org_id));
  if (!invitation || !session || !organization) throw new Permanent("the invitation is gone");
  if (invitation.status !== "waiting" || invitation.channel === "link" || invitation.recipient === null) return;
  const { channel, recipient } = invitation;
  const joinLink = await findJoinLink(database, invitation.join_link_id);
  const expires_at = await endOf(database, invitation.purpose, session);
  if (!joinLink || joinLink.revoked_at || !expires_at) {
    throw new Permanent("the link had stopped working before the message was sent");
  }
  const link = links.joinUrl(invitation.join_link_id, organization);
  const message = writeInvitation({
    purpose: invitation.purpose,
    language: session.participant_locale,
    name: session.participant_name,
    who: organization.name,
    reference: session.reference,
    link,
    expires_at,
    accent: organization.accent,
    logo: channel === "email" ? await readLogo(storage, organization.logo_raster_key) : null,
  });
  const keep = await deliverMessage(drivers, { session, organization, channel, recipient, message });
  await inTransaction(database, async (transaction) => {
    await keep(transaction, { invitation_id: invitation.id, link });
    await setInvitationStatus(transaction, invitation.id, { status: "sent", problem: null });
    await notifySession(transaction, noticeOf(invitation.id, session));
  });
}

/** Until when the link leads to what the invitation is for; undefined where it does not any more. */
async function endOf(database: Database, purpose: "join" | "sign", session: SessionRow): Promise<Date | undefined> {
  if (purpose === "join") return OPEN.has(session.status) ? session.expires_at : undefined;
  const request = await findSignatureRequest(database, session.id);
  return request?.state === "waiting" ? request.expires_at : undefined;
}

/** The message could not be sent for good: the console says why. */
export async function failInvitation(database: Database, invitationId: string, problem: string): Promise<void> {
  const invitation = await findInvitation(database, invitationId);
  const session = invitation && (await findSession(database, invitation.session_id));
  if (!session) return;
  await inTransaction(database, async (transaction) => {
    await setInvitationStatus(transaction, invitationId, { status: "failed", problem });
    await notifySession(transaction, noticeOf(invitationId, session));
  });
}

function noticeOf(invitationId: string, session: { id: string; org_id: number }) {
  return { org_id: session.org_id, session_id: session.id, type: "invitation.updated", object_id: invitationId };
}
