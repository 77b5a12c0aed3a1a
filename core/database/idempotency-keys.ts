import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

/** Whether this transaction now holds the key; another one that runs with it makes this false. */
export async function lockIdempotencyKey(transaction: Transaction, scope: string, key: string): Promise<boolean> {
  const lock = `${scope} ${key}`;
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as held`.execute(transaction);
  return rows[0]?.held ?? false;
}

/** The answer stored within the last 24 hours. */
export function findIdempotentAnswer(database: Database, scope: string, key: string) {
  return database
    .selectFrom("idempotency_keys")
    .select(["request_hash", "response_status", "response_body"])
    .where("scope", "=", scope)
    .where("key", "=", key)
    .where("created_at", ">", sql<Date>`now() - interval '24 hours'`)
    .executeTakeFirst();
}

/** How many answers that nobody can ask for any more leave with each that comes, so that the table stays small. */
const LEAVING = 10;

/** An answer older than 24 hours under the same key is replaced. */
export async function storeIdempotentAnswer(
  transaction: Transaction,
  answer: { scope: string; key: string; request_hash: string; response_status: number; response_body: string },
): Promise<void> {
  await transaction
    .insertInto("idempotency_keys")
    .values(answer)
    .onConflict((conflict) =>
      conflict.columns(["scope", "key"]).doUpdateSet({ ...answer, created_at: sql<Date>`now()` }),
    )
    .execute();
  await sql`
    delete from idempotency_keys where ctid in (
      select ctid from idempotency_keys where created_at <= now() - interval '24 hours'
      order by created_at limit ${LEAVING} for update skip locked)`.execute(transaction);
}
