import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

/**
 * Appends a record to the organization's log and makes its hash the head, in one statement: the log's row is locked for
 * no longer than that and what is left until the commit, and everybody who appends waits for it. The record is
 * `before`, the head's hash, `between[0]`, the time, `between[1]`, the log's size, `after`; the hash is its SHA-256. The
 * time is the database's, taken when the lock is held, so that it never goes back along the log, whichever server writes.
 */
export async function appendToAuditLog(
  transaction: Transaction,
  entry: {
    org_id: number;
    session_id: string | null;
    genesis_hash: string;
    before: string;
    between: readonly [string, string];
    after: string;
  },
): Promise<void> {
  const { org_id, session_id, genesis_hash, before, between, after } = entry;
  const append = sql`
    with log as (
      select size, head_hash from audit_logs where org_id = ${org_id} for update
    ), written as (
      select size, ${before} || head_hash || ${between[0]}
        || to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
        || ${between[1]} || size || ${after} as record
      from log
    ), entry as (
      select size, record, encode(sha256(convert_to(record, 'UTF8')), 'hex') as hash from written
    ), advanced as (
      update audit_logs set size = entry.size + 1, head_hash = entry.hash from entry where org_id = ${org_id}
    )
    insert into audit_entries (org_id, sequence, session_id, hash, record)
    select ${org_id}::int, size, ${session_id}, hash, record from entry`;
  const { numAffectedRows } = await append.execute(transaction);
  if (numAffectedRows === 1n) return;
  // The organization's first entry. Whoever else makes the log at the same time is waited for.
  await transaction
    .insertInto("audit_logs")
    .values({ org_id, size: 0, head_hash: genesis_hash })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await append.execute(transaction);
}

/** A session's entries, oldest first. */
export function listSessionAuditEntries(database: Database, sessionId: string) {
  return database
    .selectFrom("audit_entries")
    .selectAll()
    .where("session_id", "=", sessionId)
    .orderBy("sequence")
    .execute();
}
