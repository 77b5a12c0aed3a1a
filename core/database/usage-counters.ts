import { type Selectable, sql } from "kysely";
import { ALL_TIME, monthOf } from "../contract/usage-period.ts";
import { beforeCommit, type Database, type Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

type Row = Selectable<Schema["usage_counters"]>;
type Owner = Pick<Row, "org_id" | "mode">;

const KEY = ["org_id", "mode", "metric", "period"] as const;
const SUM = sql<number>`usage_counters.value + excluded.value`;

/** How many sessions there are in the month with the one just counted, and what else decides whether it may be made. */
interface SessionCount {
  sessions: number;
  minutes: number | null;
  storage_bytes: number | null;
  quota_sessions_per_month: number | null;
  quota_minutes_per_month: number | null;
  quota_storage_bytes: number | null;
}

/**
 * Counts one more session in the month of its creation, in one statement. The counter's row stays locked until the commit.
 *
 * Every new session waits for it: it takes 0.3 ms where adding alone takes 0.2 ms, and 0.9 ms when the counters are joined
 * instead of looked up one by one, which takes PostgreSQL longer to plan than to do.
 */
export async function addSession(
  transaction: Transaction,
  { org_id, mode, created_at }: Owner & { created_at: Date },
): Promise<SessionCount> {
  const month = monthOf(created_at);
  const counter = (metric: Row["metric"], period: string) => sql`(
    select value from usage_counters
    where org_id = ${org_id} and mode = ${mode} and metric = ${metric} and period = ${period})`;
  const { rows } = await sql<SessionCount>`
    with counted as (
      insert into usage_counters (org_id, mode, metric, period, value)
      values (${org_id}, ${mode}, 'sessions', ${month}, 1)
      on conflict (org_id, mode, metric, period) do update set value = ${SUM}
      returning value
    )
    select counted.value as sessions,
      ${counter("minutes", month)} as minutes,
      ${counter("storage_bytes", ALL_TIME)} as storage_bytes,
      quota_sessions_per_month, quota_minutes_per_month, quota_storage_bytes
    from counted, organizations where id = ${org_id}`.execute(transaction);
  const [row] = rows;
  if (!row) throw new Error("a session was counted for an organization that is not there");
  return row;
}

/** Whole minutes of a call, in the month of its end. */
export async function addMinutes(
  transaction: Transaction,
  { org_id, mode, ended_at }: Owner & { ended_at: Date },
  minutes: number,
): Promise<void> {
  await transaction
    .insertInto("usage_counters")
    .values({ org_id, mode, metric: "minutes", period: monthOf(ended_at), value: minutes })
    .onConflict((conflict) => conflict.columns(KEY).doUpdateSet({ value: SUM }))
    .execute();
}

/**
 * Bytes that are kept for a session, counted where the session is: its organization and mode. Put off to the end of the
 * transaction, after the audit entry, as the other counters are.
 */
export async function addStoredBytes(transaction: Transaction, sessionId: string, bytes: number): Promise<void> {
  const counted = transaction
    .insertInto("usage_counters")
    .columns([...KEY, "value"])
    .expression((query) =>
      query
        .selectFrom("sessions")
        .select([
          "org_id",
          "mode",
          sql<"storage_bytes">`'storage_bytes'`.as("metric"),
          sql<string>`${ALL_TIME}::text`.as("period"),
          sql<number>`${bytes}::bigint`.as("value"),
        ])
        .where("id", "=", sessionId),
    )
    .onConflict((conflict) => conflict.columns(KEY).doUpdateSet({ value: SUM }));
  beforeCommit(transaction, async () => {
    await counted.execute();
  });
}

/** What an organization has used of one mode, in these periods; what it never used is not among them. */
export function listUsage(database: Database, { org_id, mode }: Owner, periods: readonly string[]) {
  return database
    .selectFrom("usage_counters")
    .select(["metric", "period", "value"])
    .where("org_id", "=", org_id)
    .where("mode", "=", mode)
    .where("period", "in", periods)
    .execute();
}

/** The organization's own quotas, and how many members it has; undefined where there is no such organization. */
export function findQuotas(database: Database, orgId: number) {
  return database
    .selectFrom("organizations")
    .select((query) => [
      "quota_sessions_per_month",
      "quota_minutes_per_month",
      "quota_storage_bytes",
      "quota_members",
      query
        .selectFrom("members")
        .select(query.fn.countAll<number>().as("count"))
        .whereRef("members.organization_id", "=", "organizations.id")
        .as("members"),
    ])
    .where("id", "=", orgId)
    .executeTakeFirst();
}
