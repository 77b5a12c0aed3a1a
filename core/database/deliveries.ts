import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

export interface ClaimedDelivery {
  id: string;
  org_id: number;
  endpoint_id: string;
  event_type: string;
  /** Attempts made before this one. */
  attempt_count: number;
  url: string;
  event_id: string;
  event_created_at: Date;
  sequence: number | null;
  data: Record<string, unknown>;
}

export interface ClaimLimits {
  limit: number;
  /** In flight at once, over all processes; an endpoint that failed last has one, until it answers again. */
  per_endpoint: number;
  per_organization: number;
  lease_s: number;
}

/**
 * Claims deliveries that are due, for `lease_s` seconds: longer than an attempt may take, so that a delivery is only
 * claimed again when its worker is dead. Goes round the endpoints (each one's first, then each one's second, …) within
 * the limits, so that a slow or dead one delays no other.
 *
 * It steps from endpoint to endpoint by the index of what waits and looks at no more of each than it may take, so its
 * cost grows with the endpoints that have something waiting, not with how much that is. Measured on two busy cores: 25 ms
 * for 256 of 100,000 that are due at 100 endpoints, 2 ms where one endpoint has all of them, 140 ms to find that of
 * 10,000 endpoints with something waiting none is due.
 */
export async function claimDeliveries(database: Database, limits: ClaimLimits): Promise<ClaimedDelivery[]> {
  const { rows } = await sql<ClaimedDelivery>`
    with recursive waiting (endpoint_id) as (
      (select endpoint_id from deliveries where status in ('pending', 'failed') order by endpoint_id limit 1)
      union all
      select (
        select d.endpoint_id from deliveries d
        where d.status in ('pending', 'failed') and d.endpoint_id > w.endpoint_id
        order by d.endpoint_id limit 1
      ) from waiting w where w.endpoint_id is not null
    ), in_flight as (
      select org_id, endpoint_id, count(*) as number
      from deliveries where leased_until > now() group by org_id, endpoint_id
    ), due as (
      select e.org_id, d.id, d.next_attempt_at,
        row_number() over (partition by e.id order by d.next_attempt_at, d.id) as place
      from waiting w
      join webhook_endpoints e on e.id = w.endpoint_id and e.active and e.deleted_at is null
      left join in_flight f on f.endpoint_id = e.id
      cross join lateral (
        select d.id, d.next_attempt_at from deliveries d
        where d.endpoint_id = e.id and d.status in ('pending', 'failed') and d.next_attempt_at <= now()
          and (d.leased_until is null or d.leased_until <= now())
        order by d.next_attempt_at, d.id
        limit greatest(0, case when e.failures_in_a_row > 0 then 1 else ${limits.per_endpoint} end
          - coalesce(f.number, 0))
      ) d
    ), taken as (
      select org_id, sum(number) as number from in_flight group by org_id
    ), in_turn as (
      select due.*, row_number() over (partition by org_id order by place, next_attempt_at, id)
        + coalesce(taken.number, 0) as org_place
      from due left join taken using (org_id)
    ), candidates as materialized (
      select id from in_turn where org_place <= ${limits.per_organization}
      order by place, next_attempt_at limit ${limits.limit}
    ), chosen as (
      select d.id from deliveries d join candidates on candidates.id = d.id
      where d.status in ('pending', 'failed') and (d.leased_until is null or d.leased_until <= now())
      for update of d skip locked
    ), claimed as (
      update deliveries d set leased_until = now() + make_interval(secs => ${limits.lease_s})
      from chosen where chosen.id = d.id
      returning d.*
    )
    select c.id, c.org_id, c.endpoint_id, c.event_type, c.attempt_count, e.url,
      v.id as event_id, v.created_at as event_created_at, v.sequence, v.data
    from claimed c join webhook_endpoints e on e.id = c.endpoint_id join events v on v.id = c.event_id`.execute(
    database,
  );
  return rows;
}

export interface AttemptResult {
  delivery_id: string;
  number: number;
  started_at: Date;
  duration_ms: number;
  response_status: number | null;
  response_body: string | null;
  problem: string | null;
}

/**
 * Writes an attempt down and gives the lease back. `retry_in_s` null: there is no further attempt. False when the lease
 * had ended and another worker has written the same attempt down: then nothing is changed.
 */
export async function finishAttempt(
  transaction: Transaction,
  attempt: AttemptResult,
  outcome: { status: "delivered" | "failed" | "dropped"; retry_in_s: number | null },
): Promise<boolean> {
  const updated = await transaction
    .updateTable("deliveries")
    .set({
      status: outcome.status,
      attempt_count: attempt.number,
      response_status: attempt.response_status,
      leased_until: null,
      ...(outcome.status === "delivered" ? { delivered_at: sql<Date>`now()` } : {}),
      ...(outcome.retry_in_s === null
        ? {}
        : { next_attempt_at: sql<Date>`now() + make_interval(secs => ${outcome.retry_in_s})` }),
    })
    .where("id", "=", attempt.delivery_id)
    .where("attempt_count", "=", attempt.number - 1)
    .where("status", "in", ["pending", "failed"])
    .executeTakeFirst();
  if (updated.numUpdatedRows === 0n) return false;
  await transaction.insertInto("delivery_attempts").values(attempt).execute();
  return true;
}

/** Gives the lease of an attempt back that was not made to its end, so that another worker makes it at once. */
export async function releaseDelivery(transaction: Transaction, id: string, attemptCount: number): Promise<void> {
  await transaction
    .updateTable("deliveries")
    .set({ leased_until: null })
    .where("id", "=", id)
    .where("attempt_count", "=", attemptCount)
    .where("status", "in", ["pending", "failed"])
    .execute();
}

/** What still waits at an endpoint that is gone. */
export async function dropWaitingDeliveries(transaction: Transaction, endpointId: string): Promise<void> {
  await transaction
    .updateTable("deliveries")
    .set({ status: "dropped", leased_until: null })
    .where("endpoint_id", "=", endpointId)
    .where("status", "in", ["pending", "failed"])
    .execute();
}

/** Deliveries of an organization, newest first. */
export function listDeliveries(
  database: Database,
  filter: {
    org_id: number;
    endpoint?: string;
    status?: "pending" | "delivered" | "failed" | "dropped";
    before_id?: string;
    limit: number;
  },
) {
  let query = database.selectFrom("deliveries").selectAll().where("org_id", "=", filter.org_id);
  if (filter.endpoint) query = query.where("endpoint_id", "=", filter.endpoint);
  if (filter.status) query = query.where("status", "=", filter.status);
  if (filter.before_id) query = query.where("id", "<", filter.before_id);
  return query.orderBy("id", "desc").limit(filter.limit).execute();
}
