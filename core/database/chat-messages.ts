import type { Insertable } from "kysely";
import type { ChatMessage } from "../contract/signalling.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** When it was sent; undefined where the session has a message of this id already. */
export async function insertChatMessage(
  transaction: Transaction,
  message: Insertable<Schema["chat_messages"]>,
): Promise<Date | undefined> {
  const inserted = await transaction
    .insertInto("chat_messages")
    .values(message)
    .onConflict((conflict) => conflict.doNothing())
    .returning("sent_at")
    .executeTakeFirst();
  return inserted?.sent_at;
}

export async function countChatMessages(database: Database, sessionId: string): Promise<number> {
  const { count } = await database
    .selectFrom("chat_messages")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where("session_id", "=", sessionId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** A session's messages in the order in which they were sent. */
export async function listChatMessages(database: Database, sessionId: string): Promise<ChatMessage[]> {
  const rows = await database
    .selectFrom("chat_messages")
    .innerJoin("participants", "participants.id", "chat_messages.participant_id")
    .selectAll("chat_messages")
    .select(["participants.name", "participants.role"])
    .where("chat_messages.session_id", "=", sessionId)
    .orderBy("chat_messages.sent_at")
    .execute();
  return rows.map(({ message_id, participant_id, name, role, audience, text, sent_at }) => ({
    message_id,
    participant_id,
    name,
    role,
    audience,
    text,
    sent_at: sent_at.getTime(),
  }));
}
