import type { Session } from "../contract/session.ts";
import type { Database } from "../database/database.ts";
import { newestJoinLinks } from "../database/join-links.ts";
import { listCallbacks } from "../database/webhook-endpoints.ts";
import type { Links } from "../secrets/links.ts";
import { type SessionRow, toSession } from "./session-resource.ts";

/** The resources of these rows, in their order, with two queries for all of them. */
export async function loadSessions(database: Database, links: Links, rows: readonly SessionRow[]): Promise<Session[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const [joinLinks, callbacks] = [await newestJoinLinks(database, ids), await listCallbacks(database, ids)];
  return rows.map((row) =>
    toSession(
      row,
      {
        joinLinkId: joinLinks.get(row.id) ?? "",
        callbacks: callbacks.filter((callback) => callback.session_id === row.id),
      },
      links,
    ),
  );
}

/** The resource of one row. */
export async function loadSession(database: Database, links: Links, row: SessionRow): Promise<Session> {
  const [session] = await loadSessions(database, links, [row]);
  if (!session) throw new Error("a row gave no session");
  return session;
}
