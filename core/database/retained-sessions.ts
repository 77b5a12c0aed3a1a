import { sql } from "kysely";
import type { RetentionState } from "../contract/retention.ts";
import type { Database, Transaction } from "./database.ts";
import { evidenceUntil } from "./retention.ts";

/** A session with when its contents are deleted, and what the member who holds it is called now. */
function retained(database: Database) {
  return database
    .selectFrom("sessions")
    .innerJoin("organizations", "organizations.id", "sessions.org_id")
    .leftJoin("users", (join) => join.on(sql<boolean>`sessions.legal_hold_by = 'member:' || users.id`))
    .selectAll("sessions")
    .select([evidenceUntil.as("evidence_until"), "users.name as legal_hold_by_name"]);
}

export type RetainedSessionRow = NonNullable<Awaited<ReturnType<typeof findRetainedSession>>>;

export function findRetainedSession(database: Database, id: string) {
  return retained(database).where("sessions.id", "=", id).executeTakeFirst();
}

/** An organization's sessions, in this state where one is given, newest first, before `before_id`. */
export function listRetainedSessions(
  database: Database,
  filter: { org_id: number; state?: RetentionState | undefined; before_id?: string | undefined; limit: number },
) {
  let query = retained(database).where("sessions.org_id", "=", filter.org_id);
  if (filter.state === "held") query = query.where("sessions.legal_hold_since", "is not", null);
  if (filter.state === "deleted") query = query.where("sessions.evidence_deleted_at", "is not", null);
  if (filter.state === "due") {
    query = query
      .where("sessions.completed_at", "is not", null)
      .where("sessions.started_at", "is not", null)
      .where("sessions.evidence_deleted_at", "is", null)
      .where("sessions.legal_hold_since", "is", null)
      .where(sql<boolean>`${evidenceUntil} <= now() + interval '30 days'`);
  }
  if (filter.before_id !== undefined) query = query.where("sessions.id", "<", filter.before_id);
  return query.orderBy("sessions.id", "desc").limit(filter.limit).execute();
}

/** Undefined where it is held already, or its contents are deleted. */
export function holdForLaw(transaction: Transaction, id: string, hold: { by: string; reason: string }) {
  return transaction
    .updateTable("sessions")
    .set({ legal_hold_since: sql<Date>`now()`, legal_hold_by: hold.by, legal_hold_reason: hold.reason })
    .where("id", "=", id)
    .where("legal_hold_since", "is", null)
    .where("evidence_deleted_at", "is", null)
    .returning("id")
    .executeTakeFirst();
}

/** Undefined where it is not held. */
export function releaseHold(transaction: Transaction, id: string) {
  return transaction
    .updateTable("sessions")
    .set({ legal_hold_since: null, legal_hold_by: null, legal_hold_reason: null })
    .where("id", "=", id)
    .where("legal_hold_since", "is not", null)
    .returning("id")
    .executeTakeFirst();
}
