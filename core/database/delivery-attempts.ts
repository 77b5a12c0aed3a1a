import { sql } from "kysely";
import type { Transaction } from "./database.ts";
import { storableText } from "./storable-text.ts";

/** An attempt, and what follows from it for its delivery. */
export interface FinishedAttempt {
  delivery_id: string;
  number: number;
  started_at: Date;
  duration_ms: number;
  response_status: number | null;
  response_body: string | null;
  request_headers: Record<string, string>;
  response_headers: Record<string, string>;
  problem: string | null;
  outcome: "delivered" | "failed" | "dropped";
  /** Null: there is no further attempt. */
  retry_in_s: number | null;
}

/**
 * Writes attempts down and gives their leases back, in one statement: by itself each would cost a round trip and a wait
 * for the disk. Answers the deliveries that it was done for: not those whose lease had ended and whose attempt another
 * worker has written down; nothing is changed of them.
 */
export async function finishAttempts(
  transaction: Transaction,
  attempts: readonly FinishedAttempt[],
): Promise<Set<string>> {
  const { rows } = await sql<{ delivery_id: string }>`
    with given as (
      select * from json_to_recordset(${JSON.stringify(attempts, storable)}::json) as attempt (
        delivery_id text, number integer, started_at timestamptz, duration_ms integer, response_status integer,
        response_body text, request_headers jsonb, response_headers jsonb, problem text,
        outcome text, retry_in_s float8)
    ), locked as (
      select d.id from deliveries d join given on given.delivery_id = d.id
      where d.attempt_count = given.number - 1 and d.status in ('pending', 'failed')
      order by d.id for update of d
    ), updated as (
      update deliveries d set
        status = given.outcome, attempt_count = given.number, response_status = given.response_status,
        leased_until = null,
        delivered_at = case when given.outcome = 'delivered' then now() else d.delivered_at end,
        next_attempt_at = coalesce(now() + make_interval(secs => given.retry_in_s), d.next_attempt_at)
      from given join locked on locked.id = given.delivery_id
      where d.id = given.delivery_id
      returning d.id
    )
    insert into delivery_attempts (delivery_id, number, started_at, duration_ms, response_status, response_body,
      request_headers, response_headers, problem)
    select given.delivery_id, given.number, given.started_at, given.duration_ms, given.response_status,
      given.response_body, given.request_headers, given.response_headers, given.problem
    from given join updated on updated.id = given.delivery_id
    returning delivery_id`.execute(transaction);
  return new Set(rows.map(({ delivery_id }) => delivery_id));
}

function storable(_key: string, value: unknown): unknown {
  return typeof value === "string" ? storableText(value) : value;
}
