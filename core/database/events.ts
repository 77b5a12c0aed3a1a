import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** The session's next event number; its row stays locked until the commit, so numbers follow the order of commits. */
export async function nextEventSequence(transaction: Transaction, sessionId: string): Promise<number> {
  const row = await transaction
    .updateTable("sessions")
    .set((eb) => ({ event_sequence: eb("event_sequence", "+", 1) }))
    .where("id", "=", sessionId)
    .returning("event_sequence")
    .executeTakeFirstOrThrow();
  return row.event_sequence;
}

export async function insertEvent(transaction: Transaction, event: Insertable<Schema["events"]>): Promise<void> {
  await transaction.insertInto("events").values(event).execute();
}

export async function insertDeliveries(
  transaction: Transaction,
  deliveries: Insertable<Schema["deliveries"]>[],
): Promise<void> {
  await transaction.insertInto("deliveries").values(deliveries).execute();
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
