import { claimDeliveries } from "@nexbasira/core/database/claim-deliveries.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import type { Installation } from "../helpers/installation.ts";
import { type MadeEndpoint, makeEndpoints } from "../helpers/make-endpoints.ts";
import type { BenchContext } from "./bench.ts";

/** As the delivery loop limits itself. */
const LIMITS = { limit: 256, per_endpoint: 8, per_organization: 128, lease_s: 60 };
const FEW = 1_000;
const ORGANIZATIONS = 50;
/** Where so many endpoints have something waiting. */
const ENDPOINTS = [1, 1_000, 10_000];
const CLAIMS = 20;

/** The time of one claim where much is due and where little is, for few endpoints and for many. */
export async function measureClaims(
  context: BenchContext,
  installation: Installation,
  many: number,
): Promise<Measured[]> {
  const { database } = installation.testDatabase;
  const endpoints = await makeEndpoints(installation, {
    organizations: ORGANIZATIONS,
    each: Math.max(...ENDPOINTS) / ORGANIZATIONS,
    urlOf: (index) => `http://127.0.0.1/${index}`,
  });
  const rows: Measured[] = [];
  for (const count of ENDPOINTS) {
    const chosen = endpoints.filter((_, index) => index % (endpoints.length / count) === 0);
    const least = Math.max(FEW, count);
    await fill(database, chosen, least);
    const baseline = await timeClaims(database);
    await fill(database, chosen, many);
    const value = await timeClaims(database);
    context.say(
      `${count} endpoints: a claim takes ${baseline.toFixed(1)} ms of ${least}, ${value.toFixed(1)} of ${many}`,
    );
    rows.push({
      name: `a claim, ${many} due at ${count} endpoint${count === 1 ? "" : "s"}`,
      value,
      unit: "ms",
      baseline,
      goal: { mostRatio: 2, of: `${least} due` },
    });
  }
  return rows;
}

/** All of one event, told apart by their types alone: what waits is what counts. */
async function fill(database: Database, endpoints: readonly MadeEndpoint[], count: number): Promise<void> {
  await sql`truncate deliveries, delivery_attempts, events`.execute(database);
  const ids = endpoints.map(({ id }) => id);
  await sql`
    insert into events (id, org_id, type, data) select 'evt_1', org_id, 'evidence.added', '{}'
    from webhook_endpoints where id = ${ids[0]}`.execute(database);
  await sql`
    insert into deliveries (id, org_id, mode, endpoint_id, event_id, event_type, created_at, next_attempt_at)
    select 'wev-' || lpad(n::text, 26, '0'), e.org_id, e.mode, e.id, 'evt_1', n::text,
      now() - interval '1 hour', now() - interval '1 hour' + n * interval '1 millisecond'
    from generate_series(0, ${count}::int - 1) n
    join unnest(${ids}::text[]) with ordinality as given (id, place) on given.place = n % ${ids.length}::int + 1
    join webhook_endpoints e on e.id = given.id`.execute(database);
  await sql`vacuum analyze deliveries`.execute(database);
}

/** The median of claims that go round; what each has taken is given back. */
async function timeClaims(database: Database): Promise<number> {
  const times: number[] = [];
  let after: string | null = null;
  for (let turn = -3; turn < CLAIMS; turn++) {
    const undone = new Error("undone");
    await inTransaction(database, async (transaction) => {
      const begun = performance.now();
      const answer = await claimDeliveries(transaction, LIMITS, { worker: "bench", inFlight: [], after });
      // The first ones fill caches.
      if (turn >= 0) times.push(performance.now() - begun);
      if (answer.claimed.length === 0) throw new Error("nothing was claimed");
      after = answer.after;
      throw undone;
    }).catch((error: unknown) => {
      if (error !== undone) throw error;
    });
  }
  return percentile(times, 0.5);
}
