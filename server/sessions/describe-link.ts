import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Brand, JoinInfo, JoinState } from "@nexbasira/core/contract/join.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findJoinLink } from "@nexbasira/core/database/join-links.ts";
import { findOrganization, findUser } from "@nexbasira/core/database/organizations.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { logoUrl } from "@nexbasira/core/resources/branding-resource.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import { describeCopy } from "./participant-copy.ts";

export interface OpenedLink {
  token: string;
  state: JoinState;
  /** Whether the link was taken back; `state` says so only while the session is open. */
  revoked: boolean;
  session: SessionRow;
}

/** Follows a join token. Throws `not_found` when it was not made here. */
export async function openLink(
  { database, links }: { database: Database; links: Links },
  token: string,
): Promise<OpenedLink> {
  const linkId = links.readJoinToken(token);
  const link = linkId && (await findJoinLink(database, linkId));
  const session = link && (await findSession(database, link.session_id));
  if (!link || !session) throw new AppError("not_found", "There is no such link.");
  return { token, state: stateOf(session, link.revoked_at), revoked: link.revoked_at !== null, session };
}

function stateOf(session: SessionRow, revokedAt: Date | null): JoinState {
  switch (session.status) {
    case "completed":
    case "cancelled":
    case "expired":
      return session.status;
    case "pending":
    case "active":
      if (session.expires_at.getTime() <= Date.now()) return "expired";
      return revokedAt ? "replaced" : "open";
  }
}

/** What the welcome page shows; a dead link tells nothing about its session. */
export async function describeLink(
  context: { database: Database; pageLinks: Links },
  opened: OpenedLink,
): Promise<JoinInfo> {
  const { state, session } = opened;
  const inviter = session.created_by === null ? undefined : await findUser(context.database, session.created_by);
  return {
    state,
    brand: await brandOf(context, session.org_id),
    language: session.participant_locale,
    session:
      state === "open"
        ? {
            id: session.id,
            reference: session.reference,
            participant_name: session.participant_name,
            inviter: inviter?.name ?? null,
            expected_address: session.expected_address,
            signature_level: session.signature_level,
            recording: session.recording,
            expires_at: session.expires_at.toISOString(),
          }
        : null,
    copy: await describeCopy(context.database, opened),
  };
}

async function brandOf(
  { database, pageLinks }: { database: Database; pageLinks: Links },
  orgId: number,
): Promise<Brand> {
  const organization = await findOrganization(database, orgId);
  if (!organization) throw new Error("a session without an organization");
  const { name, accent, theme } = organization;
  return { name, accent, theme, logo_url: logoUrl(pageLinks, organization) };
}
