import type { Insertable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** One message per invitation and per code, however often its job runs. */
export async function insertOutboxMessage(transaction: Transaction, message: Insertable<Schema["outbox_messages"]>) {
  await transaction
    .insertInto("outbox_messages")
    .values(message)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Newest first. */
export function listOutboxMessages(database: Database, filter: { org_id?: number; limit: number }) {
  let query = database.selectFrom("outbox_messages").selectAll();
  if (filter.org_id !== undefined) query = query.where("org_id", "=", filter.org_id);
  return query.orderBy("id", "desc").limit(filter.limit).execute();
}
