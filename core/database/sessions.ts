import { type Insertable, sql } from "kysely";
import { idBoundAt, timeOfId } from "../contract/ids.ts";
import type { Mode, SessionStatus } from "../contract/session.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** What a new session has beside its row. */
export interface SessionBeside {
  link: Insertable<Schema["join_links"]>;
  invitation: Insertable<Schema["invitations"]>;
  callbacks: Insertable<Schema["webhook_endpoints"]>[];
}

/**
 * Created when its id was made, so that lists find a time by the id alone. What is beside it is written by the same
 * statement, so that creating a session takes few round trips.
 */
export async function insertSession(
  transaction: Transaction,
  session: Omit<Insertable<Schema["sessions"]>, "created_at">,
  beside?: SessionBeside,
) {
  return (beside ? withBeside(transaction, beside) : transaction)
    .insertInto("sessions")
    .values({ ...session, created_at: new Date(timeOfId(session.id)) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

function withBeside(
  transaction: Transaction,
  { link, invitation, callbacks }: SessionBeside,
): Pick<Transaction, "insertInto"> {
  const linked = transaction
    .with("link", (query) => query.insertInto("join_links").values(link))
    .with("invitation", (query) => query.insertInto("invitations").values(invitation));
  if (callbacks.length === 0) return linked;
  return linked.with("callbacks", (query) => query.insertInto("webhook_endpoints").values(callbacks));
}

export function findSession(database: Database, id: string) {
  return database.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
}

/** As `findSession`, and it stays as it is until the commit: nobody ends it meanwhile. */
export function holdSession(transaction: Transaction, id: string) {
  return transaction.selectFrom("sessions").selectAll().where("id", "=", id).forShare().executeTakeFirst();
}

/** As `findSession`, and whoever asks the same waits for the commit: what a session gets, it gets one after the other. */
export function lockSession(transaction: Transaction, id: string) {
  return transaction.selectFrom("sessions").selectAll().where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
}

/** What a session's resource has beside its row: its newest link that was not revoked, and its callbacks. */
export async function listSessionParts(database: Database, ids: readonly string[]) {
  const { rows } = await sql<{
    session_id: string;
    join_link_id: string | null;
    callbacks: { url: string; event_types: string[] }[];
  }>`
    select s.id as session_id,
      (select l.id from join_links l where l.session_id = s.id and l.revoked_at is null order by l.id desc limit 1)
        as join_link_id,
      (select coalesce(json_agg(json_build_object('url', e.url, 'event_types', e.event_types) order by e.id), '[]')
        from webhook_endpoints e where e.session_id = s.id) as callbacks
    from unnest(${ids}::text[]) s (id)`.execute(database);
  return rows;
}

export interface SessionFilter {
  org_id: number;
  /** Both modes when left out: what a member sees in the console. */
  mode?: Mode;
  status?: SessionStatus;
  reference?: string;
  created_after?: Date;
  created_before?: Date;
  /** The last session of the page before: only older ones come. */
  before_id?: string;
  limit: number;
}

/**
 * Newest first by id, which sorts by creation: a keyset, so the last page costs what the first does. Each filter is a
 * bound on the id or has an index that begins with organization and mode and ends with the id. A page of both modes is the
 * newest of a page of each; PostgreSQL does not find that by itself: for a million sessions it took half a second to sort
 * them all, instead of 1 ms.
 */
export function listSessions(database: Database, filter: SessionFilter) {
  const { mode, limit } = filter;
  if (mode) return newestOf(database, mode, filter).execute();
  const page = (of: Mode) => database.selectFrom(newestOf(database, of, filter).as(of)).selectAll();
  return page("live").unionAll(page("test")).orderBy("id", "desc").limit(limit).execute();
}

function newestOf(database: Database, mode: Mode, filter: SessionFilter) {
  const { org_id, status, reference, created_after, created_before, before_id, limit } = filter;
  let query = database.selectFrom("sessions").selectAll().where("org_id", "=", org_id).where("mode", "=", mode);
  if (status) query = query.where("status", "=", status);
  if (reference) query = query.where("reference", "=", reference);
  if (created_after) query = query.where("id", ">", idBoundAt("session", created_after.getTime() + 1));
  if (created_before) query = query.where("id", "<", idBoundAt("session", created_before.getTime()));
  if (before_id) query = query.where("id", "<", before_id);
  return query.orderBy("id", "desc").limit(limit);
}

/** Pending becomes active at the participant's first entry; undefined when it was no longer pending. */
export function startSession(transaction: Transaction, id: string) {
  return transaction
    .updateTable("sessions")
    .set({ status: "active", started_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("status", "=", "pending")
    .returningAll()
    .executeTakeFirst();
}

/** Ends it if it is in state `from`; undefined when somebody else was faster. */
export function closeSession(
  transaction: Transaction,
  id: string,
  change: {
    from: "pending" | "active";
    to: "completed" | "cancelled" | "expired";
    ended_by: "console" | "api" | "time";
  },
) {
  return transaction
    .updateTable("sessions")
    .set({ status: change.to, ended_by: change.ended_by, completed_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("status", "=", change.from)
    .returningAll()
    .executeTakeFirst();
}

/** Open sessions whose time is over, by their ids, after `after_id`. */
export async function listOverdueSessions(
  database: Database,
  { after_id, limit }: { after_id: string; limit: number },
): Promise<string[]> {
  const rows = await database
    .selectFrom("sessions")
    .select("id")
    .where("status", "in", ["pending", "active"])
    .where("expires_at", "<=", sql<Date>`now()`)
    .where("id", ">", after_id)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

export async function setCodeRecipientOf(
  transaction: Transaction,
  id: string,
  to: { code_channel: "sms" | "email"; code_recipient: string },
): Promise<void> {
  await transaction.updateTable("sessions").set(to).where("id", "=", id).execute();
}

export async function markSignatureRequested(transaction: Transaction, id: string): Promise<void> {
  await transaction
    .updateTable("sessions")
    .set({ signature_requested_at: sql<Date>`now()` })
    .where("id", "=", id)
    .execute();
}
