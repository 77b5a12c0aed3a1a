import type { Session } from "../contract/session.ts";
import type { Database } from "../database/database.ts";
import { findDomains } from "../database/organizations.ts";
import { listSessionParts } from "../database/sessions.ts";
import type { Links } from "../secrets/links.ts";
import { type SessionRow, toSession } from "./session-resource.ts";

/**
 * The resources of these rows, in their order, with one query for all of them, and a second where organizations may have
 * hosts of their own.
 */
export async function loadSessions(database: Database, links: Links, rows: readonly SessionRow[]): Promise<Session[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const parts = new Map((await listSessionParts(database, ids)).map((part) => [part.session_id, part]));
  const domains = links.hasBrandDomains
    ? await findDomains(database, [...new Set(rows.map((row) => row.org_id))])
    : null;
  return rows.map((row) =>
    toSession(
      row,
      {
        joinLinkId: parts.get(row.id)?.join_link_id ?? "",
        domain: domains?.get(row.org_id) ?? null,
        callbacks: parts.get(row.id)?.callbacks ?? [],
      },
      links,
    ),
  );
}

/** The host that an organization's links have of their own; without a query where nobody has one. */
export async function findDomain(database: Database, links: Links, orgId: number): Promise<string | null> {
  return links.hasBrandDomains ? ((await findDomains(database, [orgId])).get(orgId) ?? null) : null;
}

/** The resource of one row. */
export async function loadSession(database: Database, links: Links, row: SessionRow): Promise<Session> {
  const [session] = await loadSessions(database, links, [row]);
  if (!session) throw new Error("a row gave no session");
  return session;
}
