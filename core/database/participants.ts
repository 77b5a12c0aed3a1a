import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export function findParticipant(database: Database, id: string) {
  return database.selectFrom("participants").selectAll().where("id", "=", id).executeTakeFirst();
}

/** The session's one field participant; undefined until they have entered. */
export function findFieldParticipant(database: Database, sessionId: string) {
  return database
    .selectFrom("participants")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("role", "=", "participant")
    .executeTakeFirst();
}

/** The session's one field participant: made at the first entry, and the same person from then on, on any device. */
export function enterParticipant(
  transaction: Transaction,
  participant: Insertable<Schema["participants"]> & { role: "participant" },
) {
  return transaction
    .insertInto("participants")
    .values(participant)
    .onConflict((conflict) =>
      conflict
        .column("session_id")
        .where("role", "=", "participant")
        .doUpdateSet({ device_id: participant.device_id, device: participant.device, language: participant.language }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A member in a session: one row however often and from wherever they enter. */
export function enterStaff(
  transaction: Transaction,
  participant: Insertable<Schema["participants"]> & { user_id: number },
) {
  return transaction
    .insertInto("participants")
    .values(participant)
    .onConflict((conflict) =>
      conflict
        .columns(["session_id", "user_id"])
        .where("user_id", "is not", null)
        .doUpdateSet({ device_id: participant.device_id, device: participant.device, role: participant.role }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Whether somebody has entered the room and not left it since, as the events tell it. */
const isPresent = sql<boolean>`participants.left_at is null and exists (
  select from events e
  where e.session_id = participants.session_id
    and e.type = 'participant.joined'
    and e.data -> 'participant' ->> 'id' = participants.id)`;

/** Locks the person's row until the commit, so that of two who note a coming or going at once, the second sees it. */
export function lockPresence(transaction: Transaction, id: string) {
  return transaction
    .selectFrom("participants")
    .selectAll()
    .select(isPresent.as("present"))
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
}

/** Everybody who is present in a session that is active, or that ended within the last day. */
export function listPresent(database: Database) {
  return database
    .selectFrom("sessions")
    .innerJoin("participants", "participants.session_id", "sessions.id")
    .select(["participants.id", "sessions.id as session_id", "sessions.org_id", "sessions.status"])
    .where(({ or, eb }) =>
      or([
        eb("sessions.status", "in", ["pending", "active"]),
        eb("sessions.completed_at", ">", sql<Date>`now() - interval '1 day'`),
      ]),
    )
    .where(isPresent)
    .execute();
}

/** `joined_at` is when the person came last, `left_at` when they left after that. */
export async function markPresent(transaction: Transaction, id: string) {
  return transaction
    .updateTable("participants")
    .set({ joined_at: sql<Date>`now()`, left_at: null, left_reason: null })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function markLeft(transaction: Transaction, id: string, reason: string) {
  return transaction
    .updateTable("participants")
    .set({ left_at: sql<Date>`now()`, left_reason: reason })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function listParticipants(database: Database, sessionId: string) {
  return database
    .selectFrom("participants")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("joined_at")
    .execute();
}

export async function insertConsents(
  transaction: Transaction,
  consents: Insertable<Schema["consents"]>[],
): Promise<void> {
  await transaction.insertInto("consents").values(consents).execute();
}

/** The newest decision of each kind by each person, with the role they are in now. */
export function listConsents(database: Database, sessionId: string) {
  return database
    .selectFrom("consents")
    .innerJoin("participants", "participants.id", "consents.participant_id")
    .selectAll("consents")
    .select("participants.role")
    .distinctOn(["consents.participant_id", "consents.kind"])
    .where("consents.session_id", "=", sessionId)
    .orderBy("consents.participant_id")
    .orderBy("consents.kind")
    .orderBy("consents.given_at", "desc")
    .execute();
}
