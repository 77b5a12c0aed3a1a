import { sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

export interface ClaimedDelivery {
  id: string;
  org_id: number;
  endpoint_id: string;
  event_type: string;
  /** Attempts made before this one. */
  attempt_count: number;
  /** Those of them that were made before it was last sent again. */
  attempts_before: number;
  url: string;
  /** The secrets valid now, newest first, as they are stored. */
  secrets: string[];
  event_id: string;
  event_created_at: Date;
  sequence: number | null;
  data: Record<string, unknown>;
}

interface ClaimLimits {
  limit: number;
  /** In flight at once in one worker; an endpoint that failed last has one, until it answers again. */
  per_endpoint: number;
  per_organization: number;
  lease_s: number;
}

interface Claim {
  /** Whose leases they are: a worker that says now and then that it is there. */
  worker: string;
  /** What it has in flight. */
  inFlight: readonly Pick<ClaimedDelivery, "org_id" | "endpoint_id">[];
  /** Where the last claim ended, so that this one goes on from there; null for the first endpoint. */
  after: string | null;
}

/** How many endpoints one claim looks at: those that wait for their next attempt and those that are disabled cost as well. */
const MOST_ENDPOINTS = 1_000;

/**
 * Claims deliveries that are due, for `lease_s` seconds: longer than an attempt may take, so that a delivery is only
 * claimed again when its worker is dead. Goes round the endpoints from where the last claim ended, until as many as it
 * may take have something due, and takes each one's first, then each one's second, … within the limits: a slow or dead
 * one delays no other. `after` is where to go on; null when it came to the last endpoint.
 *
 * It steps from endpoint to endpoint by the index of what waits and looks at no more of each than it may take, so its
 * cost is bounded, however much waits. The order of each look is that index's: the planner would otherwise go through all
 * that an endpoint ever got. A lease is in no index, so that taking it touches none: that made up most of a claim's time.
 *
 * It does not wait for the disk. A crash of PostgreSQL can forget a lease only where it forgets all that came after, too:
 * then the attempt in flight is made again, as after any crash.
 */
export async function claimDeliveries(
  database: Database,
  limits: ClaimLimits,
  { worker, inFlight, after }: Claim,
): Promise<{ claimed: ClaimedDelivery[]; after: string | null }> {
  const busy = inFlight.map(({ org_id, endpoint_id }) => ({ org_id, endpoint_id }));
  const { rows } = await sql<(ClaimedDelivery | { id: null }) & { last: string; ended: boolean }>`
    with recursive visited (endpoint_id, due, found, steps) as (
      select ${after ?? ""}::text, false, 0, 0
      from (select set_config('synchronous_commit', 'off', true)) setting
      union all
      select n.endpoint_id, n.due, v.found + n.due::int, v.steps + 1
      from visited v
      cross join lateral (
        select w.endpoint_id, coalesce((
            select e.active and e.deleted_at is null from webhook_endpoints e where e.id = w.endpoint_id
          ) and (
            select true from deliveries d
            where d.endpoint_id = w.endpoint_id and d.status in ('pending', 'failed') and d.next_attempt_at <= now()
              and (d.leased_until is null or d.leased_until <= now())
            order by d.next_attempt_at, d.id limit 1
          ), false) as due
        from (
          select d.endpoint_id from deliveries d
          where d.status in ('pending', 'failed') and d.endpoint_id > v.endpoint_id
          order by d.endpoint_id limit 1
        ) w
        offset 0
      ) n
      where v.found < ${limits.limit} and v.steps < ${MOST_ENDPOINTS}
    ), walk as (
      select endpoint_id as last, found < ${limits.limit} and steps < ${MOST_ENDPOINTS} as ended
      from visited order by steps desc limit 1
    ), in_flight as materialized (
      select org_id, endpoint_id, count(*)::int as number
      from json_to_recordset(${JSON.stringify(busy)}::json) as busy (org_id integer, endpoint_id text)
      group by org_id, endpoint_id
    ), open as materialized (
      select e.id, e.org_id,
        case when e.failures_in_a_row > 0 then 1 else ${limits.per_endpoint}::int end - coalesce(f.number, 0) as room
      from visited v
      join webhook_endpoints e on e.id = v.endpoint_id
      left join in_flight f on f.endpoint_id = e.id
      where v.due
    ), due as (
      select o.org_id, d.id, d.next_attempt_at,
        row_number() over (partition by o.id order by d.next_attempt_at, d.id) as place
      from (
        select id, org_id, least(room, ceil(${limits.limit}::numeric / count(*) over ())) as room
        from open where room > 0
      ) o
      cross join lateral (
        select d.id, d.next_attempt_at from deliveries d
        where d.endpoint_id = o.id and d.status in ('pending', 'failed') and d.next_attempt_at <= now()
          and (d.leased_until is null or d.leased_until <= now())
        order by d.next_attempt_at, d.id limit o.room
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
      update deliveries d set leased_until = now() + make_interval(secs => ${limits.lease_s}), leased_by = ${worker}
      from chosen where chosen.id = d.id
      returning d.*
    ), receivers as materialized (
      select e.id, e.url, array(
          select s.encrypted from webhook_secrets s
          where s.org_id = e.org_id and s.endpoint_id = e.id and (s.expires_at is null or s.expires_at > now())
          order by s.id desc
        ) || array(
          select s.encrypted from webhook_secrets s
          where s.org_id = e.org_id and s.endpoint_id is null and e.session_id is not null
            and (s.expires_at is null or s.expires_at > now())
          order by s.id desc
        ) as secrets
      from webhook_endpoints e where e.id in (select endpoint_id from claimed)
    )
    select walk.last, walk.ended, c.id, c.org_id, c.endpoint_id, c.event_type, c.attempt_count, c.attempts_before,
      r.url, r.secrets, v.id as event_id, v.created_at as event_created_at, v.sequence, v.data
    from walk
    left join (claimed c join receivers r on r.id = c.endpoint_id join events v on v.id = c.event_id) on true`.execute(
    database,
  );
  const [first] = rows;
  return {
    claimed: rows.filter((row) => row.id !== null),
    after: first === undefined || first.ended ? null : first.last,
  };
}

/** A worker that was silent for so long is dead: it says twice in this time, and more, that it is there. */
const SILENT_S = 10;

/**
 * Says that a worker is there, and gives back what those had claimed that are not: their deliveries need not wait for the
 * end of their leases. Answers how many.
 */
export async function checkWorkers(transaction: Transaction, worker: string): Promise<number> {
  await sql`
    insert into delivery_workers (id) values (${worker})
    on conflict (id) do update set seen_at = now()`.execute(transaction);
  const { numAffectedRows } = await sql`
    with gone as (
      delete from delivery_workers where seen_at < now() - make_interval(secs => ${SILENT_S}) returning id
    ), orphaned as (
      select id from deliveries
      where status in ('pending', 'failed') and leased_until > now() and leased_by in (select id from gone)
      order by id for update
    )
    update deliveries d set leased_until = null from orphaned where orphaned.id = d.id`.execute(transaction);
  return Number(numAffectedRows ?? 0);
}

/** A worker that has given everything back ends. */
export async function endWorker(transaction: Transaction, worker: string): Promise<void> {
  await sql`delete from delivery_workers where id = ${worker}`.execute(transaction);
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
