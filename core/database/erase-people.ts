import { sql } from "kysely";
import type { Transaction } from "./database.ts";

/** What stands where a name or an address was. */
const ERASED = "[erased]";

/**
 * Makes what is known of a session's participant unreadable: names, number, address, places, messages, what documents
 * were shown. Which rows there are, their ids, times and hashes stay, so that the audit log's entries still have what
 * they name. Of events only the ids stay.
 */
export async function erasePersonalData(transaction: Transaction, sessionId: string): Promise<void> {
  await transaction
    .updateTable("sessions")
    .set({
      participant_name: ERASED,
      participant_phone: null,
      participant_email: null,
      code_channel: null,
      code_recipient: null,
      expected_address: null,
      expected_latitude: null,
      expected_longitude: null,
      metadata: "{}",
      personal_data_erased_at: sql<Date>`now()`,
    })
    .where("id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("participants")
    .set({ name: ERASED, device: null, device_id: ERASED, language: null })
    .where("session_id", "=", sessionId)
    .where("role", "=", "participant")
    .execute();
  await transaction
    .updateTable("invitations")
    .set({ recipient: null, problem: null })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction.deleteFrom("outbox_messages").where("session_id", "=", sessionId).execute();
  await transaction.deleteFrom("chat_messages").where("session_id", "=", sessionId).execute();
  await transaction
    .updateTable("evidence_items")
    .set({ latitude: null, longitude: null, accuracy_m: null, age_s: null, title: null, filename: null })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("participant_signatures")
    .set({ name: ERASED })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("identity_confirmations")
    .set({
      name: ERASED,
      document_ending: null,
      note: sql<string>`case when note is null then null else ${ERASED} end`,
    })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("signature_codes")
    .set({ recipient: ERASED, problem: null })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("signature_requests")
    .set({ name: ERASED, certificate_subject: null, problem: null })
    .where("session_id", "=", sessionId)
    .execute();
  const known = sql<string>`jsonb_strip_nulls(jsonb_build_object(
    'id', data -> 'id', 'object', data -> 'object', 'session_id', ${sessionId}::text, 'erased', true,
    'participant', case when data -> 'participant' ->> 'id' is null then null
      else jsonb_build_object('id', data -> 'participant' -> 'id') end))`;
  await transaction.updateTable("events").set({ data: known }).where("session_id", "=", sessionId).execute();
}
