import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import {
  DELIVERY_CHANNEL,
  notification,
  notifyDeliveries,
  notifySession,
  SESSION_CHANNEL,
  type SessionNotice,
} from "./notify.ts";
import type { Schema } from "./schema.ts";

/**
 * Writes an event under its session's next number. The session's row stays locked until the commit, so numbers follow the
 * order of commits.
 */
export async function insertEvent(
  transaction: Transaction,
  event: Omit<Insertable<Schema["events"]>, "sequence">,
): Promise<void> {
  await transaction
    .with("numbered", (query) =>
      query
        .updateTable("sessions")
        .set((eb) => ({ event_sequence: eb("event_sequence", "+", 1) }))
        .where("id", "=", event.session_id ?? null)
        .returning("event_sequence"),
    )
    .insertInto("events")
    .values(({ selectFrom }) => ({ ...event, sequence: selectFrom("numbered").select("event_sequence") }))
    .execute();
}

export async function insertDeliveries(
  transaction: Transaction,
  deliveries: Insertable<Schema["deliveries"]>[],
): Promise<void> {
  await transaction.insertInto("deliveries").values(deliveries).execute();
}

/**
 * Writes what of an event goes to endpoints, wakes the delivery workers and tells everybody else of it at the commit, in
 * one statement. Without a notice there is nobody else: it is of no session.
 */
export async function announceEvent(
  transaction: Transaction,
  deliveries: Insertable<Schema["deliveries"]>[],
  notice: SessionNotice | null,
): Promise<void> {
  if (notice === null) {
    if (deliveries.length === 0) return;
    await insertDeliveries(transaction, deliveries);
    return notifyDeliveries(transaction);
  }
  if (deliveries.length === 0) return notifySession(transaction, notice);
  await transaction
    .with("inserted", (query) => query.insertInto("deliveries").values(deliveries))
    .selectNoFrom([notification(DELIVERY_CHANNEL, "").as("to_workers")])
    .select(notification(SESSION_CHANNEL, JSON.stringify(notice)).as("to_sessions"))
    .execute();
}

/** A session's joins and leaves in order. */
export async function listPresenceEvents(database: Database, sessionId: string) {
  return database
    .selectFrom("events")
    .select(["type", "created_at", sql<string>`data -> 'participant' ->> 'id'`.as("participant_id")])
    .where("session_id", "=", sessionId)
    .where("type", "in", ["participant.joined", "participant.left"])
    .orderBy("sequence")
    .execute();
}
