import { type Insertable, sql } from "kysely";
import type { SessionStatus } from "../contract/session.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertSession(transaction: Transaction, session: Insertable<Schema["sessions"]>) {
  return transaction.insertInto("sessions").values(session).returningAll().executeTakeFirstOrThrow();
}

export function findSession(database: Database, id: string) {
  return database.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
}

/** As `findSession`, and it stays as it is until the commit: nobody ends it meanwhile. */
export function holdSession(transaction: Transaction, id: string) {
  return transaction.selectFrom("sessions").selectAll().where("id", "=", id).forShare().executeTakeFirst();
}

export interface SessionFilter {
  org_id: number;
  /** Both modes when left out: what a member sees in the console. */
  mode?: "live" | "test";
  status?: SessionStatus;
  reference?: string;
  created_after?: Date;
  created_before?: Date;
  /** The last session of the page before: only older ones come. */
  before_id?: string;
  limit: number;
}

/** Newest first by id, which sorts by creation: a keyset, so the last page costs what the first does. */
export function listSessions(database: Database, filter: SessionFilter) {
  let query = database.selectFrom("sessions").selectAll().where("org_id", "=", filter.org_id);
  if (filter.mode) query = query.where("mode", "=", filter.mode);
  if (filter.status) query = query.where("status", "=", filter.status);
  if (filter.reference) query = query.where("reference", "=", filter.reference);
  if (filter.created_after) query = query.where("created_at", ">", filter.created_after);
  if (filter.created_before) query = query.where("created_at", "<", filter.created_before);
  if (filter.before_id) query = query.where("id", "<", filter.before_id);
  return query.orderBy("id", "desc").limit(filter.limit).execute();
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

export async function markSignatureRequested(transaction: Transaction, id: string): Promise<void> {
  await transaction
    .updateTable("sessions")
    .set({ signature_requested_at: sql<Date>`now()` })
    .where("id", "=", id)
    .execute();
}
