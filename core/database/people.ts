import { sql } from "kysely";
import { type FindPerson, MOST_PERSON_SESSIONS } from "../contract/retention.ts";
import type { Database } from "./database.ts";

/** A session with its field participant and how many items they captured. */
function personSessions(database: Database, orgId: number) {
  return database
    .selectFrom("sessions")
    .leftJoin("participants", (join) =>
      join.onRef("participants.session_id", "=", "sessions.id").on("participants.role", "=", "participant"),
    )
    .selectAll("sessions")
    .select([
      "participants.id as participant_id",
      sql<number>`(select count(*)::int from evidence_items i where i.participant_id = participants.id)`.as("items"),
    ])
    .where("sessions.org_id", "=", orgId)
    .orderBy("sessions.id", "desc");
}

export type PersonSessionRow = Awaited<ReturnType<typeof listPersonSessions>>[number];

/** The newest sessions that somebody was invited to by this number or address, or took part in as this participant. */
export function findPersonSessions(database: Database, orgId: number, { by, value }: FindPerson) {
  const found = personSessions(database, orgId).limit(MOST_PERSON_SESSIONS);
  if (by === "participant") return found.where("participants.id", "=", value).execute();
  const own =
    by === "email"
      ? sql<boolean>`lower(sessions.participant_email) = lower(${value})`
      : sql<boolean>`sessions.participant_phone = ${value}`;
  // The link may have been sent to another number or address than the session's.
  const invited = sql<boolean>`sessions.id in (
    select session_id from invitations where lower(recipient) = lower(${value}))`;
  return found.where(sql<boolean>`(${own} or ${invited})`).execute();
}

/** These sessions of an organization; those that are not its own are left out. */
export function listPersonSessions(database: Database, orgId: number, ids: readonly string[]) {
  return personSessions(database, orgId).where("sessions.id", "in", ids).execute();
}

/** The audit log's records that a participant is named in by their id, or that are of a session they were invited to. */
export function listPersonRecords(database: Database, sessionId: string) {
  return database
    .selectFrom("audit_entries")
    .select(["record"])
    .where("session_id", "=", sessionId)
    .orderBy("sequence")
    .execute();
}

/** What is kept of a session's participant beside the session's row, its items and its audit entries. */
export async function listPersonRows(database: Database, sessionId: string, participantId: string | null) {
  const person = participantId ?? "";
  return {
    participant: await database.selectFrom("participants").selectAll().where("id", "=", person).executeTakeFirst(),
    consents: await database
      .selectFrom("consents")
      .select(["kind", "granted", "text_version", "language", "given_at"])
      .where("participant_id", "=", person)
      .orderBy("given_at")
      .execute(),
    invitations: await database
      .selectFrom("invitations")
      .select(["id", "channel", "recipient", "status", "created_at", "sent_at"])
      .where("session_id", "=", sessionId)
      .orderBy("id")
      .execute(),
    messages: await database
      .selectFrom("outbox_messages")
      .select(["channel", "recipient", "subject", "body_text", "created_at"])
      .where("session_id", "=", sessionId)
      .orderBy("id")
      .execute(),
    chat: await database
      .selectFrom("chat_messages")
      .select(["message_id", "text", "sent_at"])
      .where("participant_id", "=", person)
      .orderBy("sent_at")
      .execute(),
    signature_codes: await database
      .selectFrom("signature_codes")
      .select(["channel", "recipient", "purpose", "sent_at", "confirmed_at"])
      .where("participant_id", "=", person)
      .orderBy("id")
      .execute(),
    identity: await database
      .selectFrom("identity_confirmations")
      .select(["method", "document_type", "issuing_country", "document_ending", "note", "name", "confirmed_at"])
      .where("participant_id", "=", person)
      .orderBy("id")
      .execute(),
    document_signature: await database
      .selectFrom("signature_requests")
      .select(["level", "state", "name", "document_sha256", "signed_at", "signed_sha256", "certificate_subject"])
      .where("participant_id", "=", person)
      .executeTakeFirst(),
    drawn_signature: await database
      .selectFrom("participant_signatures")
      .select(["id", "name", "sha256", "created_at", "storage_key"])
      .where("participant_id", "=", person)
      .executeTakeFirst(),
    events: await database
      .selectFrom("events")
      .select(["id", "type", "data", "created_at"])
      .where("session_id", "=", sessionId)
      .orderBy("sequence")
      .execute(),
  };
}

/** What a participant captured, with what it is stored as. */
export function listPersonItems(database: Database, participantId: string) {
  return database
    .selectFrom("evidence_items")
    .selectAll()
    .where("participant_id", "=", participantId)
    .orderBy("id")
    .execute();
}
