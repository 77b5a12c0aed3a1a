import { type ExpressionBuilder, sql } from "kysely";
import type { Mode } from "../contract/session.ts";
import type { DeliveryStatus } from "../contract/webhook.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** What still waits at an endpoint that is gone. */
export async function dropWaitingDeliveries(transaction: Transaction, endpointId: string): Promise<void> {
  await transaction
    .updateTable("deliveries")
    .set({ status: "dropped", leased_until: null })
    .where("id", "in", (eb) =>
      eb
        .selectFrom("deliveries")
        .select("id")
        .where("endpoint_id", "=", endpointId)
        .where("status", "in", ["pending", "failed"])
        // In the order in which attempts lock them when they are written down.
        .orderBy("id")
        .forUpdate(),
    )
    .execute();
}

/** Whose deliveries: an organization's, of one mode or (null) of both. */
export interface DeliveryOwner {
  org_id: number;
  mode: Mode | null;
}

export interface DeliveryFilter {
  endpoint?: string | undefined;
  event_type?: string | undefined;
  status?: DeliveryStatus | undefined;
  created_after?: Date | undefined;
  created_before?: Date | undefined;
}

/** Deliveries of an organization, newest first. */
export function listDeliveries(
  database: Database,
  owner: DeliveryOwner,
  filter: DeliveryFilter & { before_id?: string | undefined; limit: number },
) {
  let query = database.selectFrom("deliveries").selectAll().where(matching(owner, filter));
  if (filter.before_id) query = query.where("id", "<", filter.before_id);
  return query.orderBy("id", "desc").limit(filter.limit).execute();
}

/** A delivery with its event and where it goes. */
export function findDelivery(database: Database, owner: DeliveryOwner, id: string) {
  return database
    .selectFrom("deliveries")
    .innerJoin("webhook_endpoints", "webhook_endpoints.id", "deliveries.endpoint_id")
    .innerJoin("events", "events.id", "deliveries.event_id")
    .selectAll("deliveries")
    .select([
      "webhook_endpoints.url",
      "webhook_endpoints.active",
      "webhook_endpoints.deleted_at",
      "events.created_at as event_created_at",
      "events.sequence",
      "events.data",
    ])
    .where(matching(owner, {}))
    .where("deliveries.id", "=", id)
    .executeTakeFirst();
}

export function listAttempts(database: Database, deliveryId: string) {
  return database
    .selectFrom("delivery_attempts")
    .selectAll()
    .where("delivery_id", "=", deliveryId)
    .orderBy("number")
    .execute();
}

/** Attempts of an organization by hour (the last 24) or by day (the last 30), oldest first, empty ones too. */
export async function countAttempts(
  database: Database,
  { org_id, mode }: DeliveryOwner,
  { endpoint, span }: { endpoint?: string | undefined; span: "day" | "month" },
) {
  const [step, back] = span === "day" ? ["hour", "23 hours"] : ["day", "29 days"];
  const { rows } = await sql<{
    at: Date;
    succeeded: number;
    failed: number;
    p50_ms: number | null;
    p95_ms: number | null;
  }>`
    with steps as (
      select generate_series(date_trunc(${step}, now(), 'UTC') - ${back}::interval,
        date_trunc(${step}, now(), 'UTC'), ('1 ' || ${step})::interval) as at
    ), made as (
      select date_trunc(${step}, a.started_at, 'UTC') as at, a.duration_ms,
        coalesce(a.response_status between 200 and 299, false) as succeeded
      from deliveries d
      join delivery_attempts a on a.delivery_id = d.id
      where d.org_id = ${org_id} and (${mode}::text is null or d.mode = ${mode})
        and (${endpoint ?? null}::text is null or d.endpoint_id = ${endpoint ?? null})
        and a.started_at >= date_trunc(${step}, now(), 'UTC') - ${back}::interval
    )
    select steps.at,
      count(*) filter (where made.succeeded) as succeeded,
      count(*) filter (where not made.succeeded) as failed,
      percentile_disc(0.5) within group (order by made.duration_ms) as p50_ms,
      percentile_disc(0.95) within group (order by made.duration_ms) as p95_ms
    from steps left join made on made.at = steps.at
    group by steps.at order by steps.at`.execute(database);
  return rows;
}

/** How long a delivery and its attempts are kept, and can be sent again. */
const KEPT_DAYS = 30;

/**
 * Makes every matching delivery of the last 30 days due now, with the whole schedule before it, where its endpoint still
 * exists. One that is in flight is left to its attempt. Answers how many.
 */
export async function resendDeliveries(
  transaction: Transaction,
  owner: DeliveryOwner,
  filter: DeliveryFilter & { id?: string },
): Promise<number> {
  let update = transaction
    .updateTable("deliveries")
    .set((eb) => ({
      status: "pending",
      attempts_before: eb.ref("attempt_count"),
      next_attempt_at: sql<Date>`now()`,
      leased_until: null,
      delivered_at: null,
    }))
    .where(matching(owner, filter))
    .where("deliveries.created_at", ">", sql<Date>`now() - make_interval(days => ${KEPT_DAYS})`)
    .where((eb) => eb.or([eb("leased_until", "is", null), eb("leased_until", "<=", sql<Date>`now()`)]))
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("webhook_endpoints")
          .select("webhook_endpoints.id")
          .whereRef("webhook_endpoints.id", "=", "deliveries.endpoint_id")
          .where("webhook_endpoints.deleted_at", "is", null),
      ),
    );
  if (filter.id !== undefined) update = update.where("deliveries.id", "=", filter.id);
  const { numUpdatedRows } = await update.executeTakeFirst();
  return Number(numUpdatedRows);
}

/**
 * Forgets up to `limit` deliveries that are over and older than the time they are kept, with their attempts; answers how
 * many. What still waits, at a disabled endpoint for instance, stays.
 */
export async function forgetDeliveries(database: Database, limit: number): Promise<number> {
  const { rows } = await sql<{ forgotten: number }>`
    with old as (
      select id from deliveries
      where created_at < now() - make_interval(days => ${KEPT_DAYS}) and status in ('delivered', 'dropped')
      order by created_at limit ${limit} for update skip locked
    ), attempts as (
      delete from delivery_attempts where delivery_id in (select id from old)
    ), forgotten as (
      delete from deliveries where id in (select id from old) returning id
    )
    select count(*) as forgotten from forgotten`.execute(database);
  return rows[0]?.forgotten ?? 0;
}

function matching({ org_id, mode }: DeliveryOwner, filter: DeliveryFilter) {
  return ({ eb, and }: ExpressionBuilder<Schema, "deliveries">) => {
    const conditions = [eb("deliveries.org_id", "=", org_id)];
    if (filter.endpoint) conditions.push(eb("deliveries.endpoint_id", "=", filter.endpoint));
    if (filter.event_type) conditions.push(eb("deliveries.event_type", "=", filter.event_type));
    if (filter.status) conditions.push(eb("deliveries.status", "=", filter.status));
    if (filter.created_after) conditions.push(eb("deliveries.created_at", ">", filter.created_after));
    if (filter.created_before) conditions.push(eb("deliveries.created_at", "<", filter.created_before));
    if (mode) conditions.push(eb("deliveries.mode", "=", mode));
    return and(conditions);
  };
}
