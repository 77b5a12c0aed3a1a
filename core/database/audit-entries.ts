import { sql } from "kysely";
import pg from "pg";
import type { Mode } from "../contract/session.ts";
import { type Database, type Transaction, withCommit } from "./database.ts";

interface AppendedEntries {
  genesis_hash: string;
  between: readonly [string, string];
  /** There may be more of them until the end of the transaction. */
  entries: readonly { session_id: string | null; action: string; actor: string; before: string; after: string }[];
}

/**
 * Appends records to the organization's log and makes the last one's hash the head, together with the commit: everybody
 * who appends waits for the log, which is locked for no longer than that. Each record is its
 * `before`, the head's hash, `between[0]`, the time, `between[1]`, the log's size, its `after`, how many entries its
 * session has, and a brace; the hash is its SHA-256. The time is the database's, taken when the lock is held, and never
 * before that of the entry before, whichever server writes (`append_audit_entries`, migration 0005).
 */
export function appendToAuditLog(transaction: Transaction, orgId: number, appended: AppendedEntries): void {
  const { genesis_hash, between, entries } = appended;
  const column = (name: keyof (typeof entries)[number]) => texts(entries.map((entry) => entry[name]));
  withCommit(
    transaction,
    () => `select append_audit_entries(${orgId}, ${pg.escapeLiteral(genesis_hash)}, ${column("session_id")},
      ${column("action")}, ${column("actor")}, ${column("before")}, ${texts(between)}, ${column("after")})`,
  );
}

function texts(values: readonly (string | null)[]): string {
  const literals = values.map((value) => (value === null ? "null" : pg.escapeLiteral(value)));
  return `array[${literals.join()}]::text[]`;
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

/** The log's size and the hash of its newest entry; undefined where it has none yet. */
export function findAuditLog(database: Database, orgId: number) {
  return database.selectFrom("audit_logs").select(["size", "head_hash"]).where("org_id", "=", orgId).executeTakeFirst();
}

/** Up to `limit` records from `from` on, in the log's order. */
export function listAuditRecords(database: Database, orgId: number, from: number, limit: number) {
  return database
    .selectFrom("audit_entries")
    .select(["sequence", "record"])
    .where("org_id", "=", orgId)
    .where("sequence", ">=", from)
    .orderBy("sequence")
    .limit(limit)
    .execute();
}

/** Up to `limit` whole entries from `from` on, in the log's order. */
export function listAuditEntries(database: Database, orgId: number, from: number, limit: number) {
  return database
    .selectFrom("audit_entries")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("sequence", ">=", from)
    .orderBy("sequence")
    .limit(limit)
    .execute();
}

export interface AuditEntryFilter {
  org_id: number;
  /** Entries of sessions of this mode; those of no session are live. Null: all. */
  mode: Mode | null;
  session_id?: string | undefined;
  action?: string | undefined;
  /** `member:7` */
  actor?: string | undefined;
  /** The id of what it was done to. */
  object?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  order: "newest" | "oldest";
  /** Only what comes after this entry in the order. */
  beyond: number | undefined;
  limit: number;
}

/** A log's entries that fit, by whichever index serves: each is in the log's order within what it is by. */
export function searchAuditEntries(database: Database, filter: AuditEntryFilter) {
  const isNewest = filter.order === "newest";
  let query = database.selectFrom("audit_entries").selectAll().where("org_id", "=", filter.org_id);
  if (filter.session_id !== undefined) query = query.where("session_id", "=", filter.session_id);
  if (filter.action !== undefined) query = query.where("action", "=", filter.action);
  if (filter.actor !== undefined) query = query.where("actor", "=", filter.actor);
  // Word for word as the index has it.
  if (filter.object !== undefined) query = query.where(sql`record::json #>> '{object,id}'`, "=", filter.object);
  // Time never goes back along the log: a time is a place in it, found by one look at the index.
  if (filter.since !== undefined) query = query.where("sequence", ">=", placeOf(filter.org_id, filter.since));
  if (filter.until !== undefined) query = query.where("sequence", "<", placeOf(filter.org_id, filter.until));
  if (filter.beyond !== undefined) query = query.where("sequence", isNewest ? "<" : ">", filter.beyond);
  const { mode } = filter;
  if (mode !== null) {
    query = query.where(({ exists, selectFrom, or, eb }) => {
      const ofMode = exists(
        selectFrom("sessions")
          .select("sessions.id")
          .whereRef("sessions.id", "=", "audit_entries.session_id")
          .where("sessions.mode", "=", mode),
      );
      return mode === "test" ? ofMode : or([eb("session_id", "is", null), ofMode]);
    });
  }
  return query
    .orderBy("sequence", isNewest ? "desc" : "asc")
    .limit(filter.limit)
    .execute();
}

/** The number of the first entry recorded at this time or later; beyond every number where there is none. */
function placeOf(orgId: number, time: Date) {
  return sql<number>`coalesce((
    select sequence from audit_entries where org_id = ${orgId} and recorded_at >= ${time}
    order by recorded_at, sequence limit 1), 9007199254740991)`;
}

/** What actors (`member:7`) are called now, as far as the organization knows them. */
export async function findActorNames(
  database: Database,
  orgId: number,
  actors: readonly string[],
): Promise<Map<string, string>> {
  const given = [...new Set(actors)];
  if (given.length === 0) return new Map();
  const { rows } = await sql<{ actor: string; name: string }>`
    with given as (select unnest(${given}::text[]) as actor)
    select actor, u.name from given
      join members m on actor = 'member:' || m.user_id and m.organization_id = ${orgId}
      join users u on u.id = m.user_id
    union all
    select actor, k.name from given join api_keys k on actor = 'api_key:' || k.id and k.org_id = ${orgId}
    union all
    select actor, p.name from given
      join participants p on actor like 'participant:%' and p.id = substr(actor, 13)
      join sessions s on s.id = p.session_id and s.org_id = ${orgId}`.execute(database);
  return new Map(rows.map(({ actor, name }) => [actor, name]));
}
