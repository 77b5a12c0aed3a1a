import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

interface IdempotentAnswer {
  request_hash: string;
  response_status: number;
  response_body: string;
}

/** The answer stored within the last 24 hours. */
export function findIdempotentAnswer(
  database: Database,
  scope: string,
  key: string,
): Promise<IdempotentAnswer | undefined> {
  return database
    .selectFrom("idempotency_keys")
    .select(["request_hash", "response_status", "response_body"])
    .where("scope", "=", scope)
    .where("key", "=", key)
    .where("created_at", ">", sql<Date>`now() - interval '24 hours'`)
    .executeTakeFirst();
}

/**
 * Takes the key until the commit, and finds the answer stored within the last 24 hours, in one statement. Not `held`:
 * another transaction runs with it. What was stored just while this looked is not found; `storeIdempotentAnswer` notices.
 */
export async function claimIdempotencyKey(
  transaction: Transaction,
  scope: string,
  key: string,
): Promise<{ held: boolean; answer: IdempotentAnswer | undefined }> {
  const lock = `${scope} ${key}`;
  const { rows } = await sql<{ held: boolean; answer: IdempotentAnswer | null }>`
    select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as held, (
      select json_build_object('request_hash', request_hash, 'response_status', response_status,
        'response_body', response_body)
      from idempotency_keys
      where scope = ${scope} and key = ${key} and created_at > now() - interval '24 hours'
    ) as answer`.execute(transaction);
  const [claim] = rows;
  return { held: claim?.held ?? false, answer: claim?.answer ?? undefined };
}

/** How many answers that nobody can ask for any more leave with each that comes, so that the table stays small. */
const LEAVING = 10;

/**
 * Stores the answer of a key that this transaction holds; one older than 24 hours is replaced. False, with nothing
 * stored, when there is a younger one: then what this transaction did has been done before.
 */
export async function storeIdempotentAnswer(
  transaction: Transaction,
  answer: IdempotentAnswer & { scope: string; key: string },
): Promise<boolean> {
  const { scope, key, request_hash, response_status, response_body } = answer;
  const { numAffectedRows } = await sql`
    with leaving as (
      delete from idempotency_keys where ctid in (
        select ctid from idempotency_keys
        where created_at <= now() - interval '24 hours' and (scope, key) <> (${scope}, ${key})
        order by created_at limit ${LEAVING} for update skip locked)
    )
    insert into idempotency_keys as stored (scope, key, request_hash, response_status, response_body)
    values (${scope}, ${key}, ${request_hash}, ${response_status}, ${response_body})
    on conflict (scope, key) do update set request_hash = excluded.request_hash,
      response_status = excluded.response_status, response_body = excluded.response_body, created_at = now()
      where stored.created_at <= now() - interval '24 hours'`.execute(transaction);
  return numAffectedRows === 1n;
}

interface StoredAnswer {
  scope: string;
  key: string;
  response_body: string;
}

/** Stored answers in the order of their keys, after this one; the bodies as they are stored. */
export function listStoredAnswers(
  database: Database,
  after: { scope: string; key: string },
  limit: number,
): Promise<StoredAnswer[]> {
  return database
    .selectFrom("idempotency_keys")
    .select(["scope", "key", "response_body"])
    .where(sql<boolean>`(scope, key) > (${after.scope}, ${after.key})`)
    .orderBy("scope")
    .orderBy("key")
    .limit(limit)
    .execute();
}

/** Stores the same answer encrypted otherwise, unless another one has taken its place. */
export async function replaceStoredAnswer(
  transaction: Transaction,
  answer: StoredAnswer,
  encrypted: string,
): Promise<void> {
  await transaction
    .updateTable("idempotency_keys")
    .set({ response_body: encrypted })
    .where("scope", "=", answer.scope)
    .where("key", "=", answer.key)
    .where("response_body", "=", answer.response_body)
    .execute();
}
