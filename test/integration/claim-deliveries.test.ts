import {
  type ClaimedDelivery,
  checkWorkers,
  claimDeliveries,
  endWorker,
} from "@nexbasira/core/database/claim-deliveries.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { FinishedAttempt } from "@nexbasira/core/database/delivery-attempts.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { AttemptWriter } from "../../workers/deliveries/attempt-writer.ts";
import { Instance } from "../helpers/instance.ts";
import { fillWithDeliveries, type MadeEndpoint, makeEndpoints } from "../helpers/make-endpoints.ts";

const LIMITS = { limit: 256, per_endpoint: 8, per_organization: 128, lease_s: 60 };

let instance: Instance;
/** Ten of one organization, two of another. */
let endpoints: MadeEndpoint[];
beforeAll(async () => {
  instance = await Instance.start([]);
  const made = { urlOf: () => "http://127.0.0.1/" };
  endpoints = [
    ...(await makeEndpoints(instance, { ...made, organizations: 1, each: 10 })),
    ...(await makeEndpoints(instance, { ...made, organizations: 1, each: 2 })),
  ].toSorted((a, b) => (a.id < b.id ? -1 : 1));
});
beforeEach(() =>
  sql`truncate deliveries, delivery_attempts, events, delivery_workers`.execute(instance.testDatabase.database),
);
afterAll(() => instance.stop());

const fill = (count: number) => fillWithDeliveries(instance.testDatabase.database, endpoints, count);

function claim(
  worker: string,
  {
    inFlight = [] as ClaimedDelivery[],
    after = null as string | null,
    ...limits
  }: object & {
    inFlight?: ClaimedDelivery[];
    after?: string | null;
    limit?: number;
    per_organization?: number;
  } = {},
) {
  return claimDeliveries(instance.testDatabase.database, { ...LIMITS, ...limits }, { worker, inFlight, after });
}

const endpointsOf = (claimed: readonly ClaimedDelivery[]) => [
  ...new Set(claimed.map(({ endpoint_id }) => endpoint_id)),
];

test("claims that can take few go round all endpoints, each going on where the last one ended", async () => {
  await fill(1200);
  const visited: string[] = [];
  let after: string | null = null;
  for (let turn = 0; turn < 4; turn++) {
    const answer = await claim("a", { limit: 3, after });
    expect(answer.claimed).toHaveLength(3);
    visited.push(...endpointsOf(answer.claimed).toSorted());
    after = answer.after;
  }
  expect(visited).toEqual(endpoints.map(({ id }) => id));
  expect((await claim("a", { limit: 3, after })).after).toBeNull();
});

test("a claim takes no more of an endpoint, or of an organization, than its worker may have in flight", async () => {
  await fill(1200);
  const first = await claim("a");
  expect(first.after).toBeNull();
  const perEndpoint = Map.groupBy(first.claimed, ({ endpoint_id }) => endpoint_id);
  expect([...perEndpoint.values()].map(({ length }) => length)).toEqual(endpoints.map(() => 8));
  expect((await claim("a", { inFlight: first.claimed })).claimed).toEqual([]);
  const second = await claim("a", { inFlight: first.claimed.slice(0, -1) });
  expect(second.claimed.map(({ endpoint_id }) => endpoint_id)).toEqual([first.claimed.at(-1)?.endpoint_id]);
  const few = await claim("b", { per_organization: 5 });
  const perOrganization = Map.groupBy(few.claimed, ({ org_id }) => org_id);
  expect([...perOrganization.values()].map(({ length }) => length)).toEqual([5, 5]);
});

test("what a silent worker has claimed is given back; what one has that is there, is not", async () => {
  const { database } = instance.testDatabase;
  const check = (worker: string) => inTransaction(database, (transaction) => checkWorkers(transaction, worker));
  await fill(24);
  expect(await check("dead")).toBe(0);
  expect(await check("living")).toBe(0);
  const dead = await claim("dead", { limit: 9 });
  const living = await claim("living", { limit: 9 });
  expect([dead.claimed.length, living.claimed.length]).toEqual([9, 9]);
  await sql`update delivery_workers set seen_at = now() - interval '9 seconds'`.execute(database);
  expect(await check("living")).toBe(0);
  await sql`update delivery_workers set seen_at = now() - interval '11 seconds'`.execute(database);
  expect(await check("living")).toBe(9);
  const rest = await claim("other");
  expect(rest.claimed.map(({ id }) => id)).toEqual(expect.arrayContaining(dead.claimed.map(({ id }) => id)));
  expect(rest.claimed).toHaveLength(24 - 9);
  await inTransaction(database, (transaction) => endWorker(transaction, "living"));
  expect(await database.selectFrom("delivery_workers").selectAll().execute()).toEqual([]);
});

test("an attempt that the database does not take keeps none of those that are written down with it", async () => {
  const { database, url } = instance.testDatabase;
  await fill(12);
  const { claimed } = await claim("a");
  expect(claimed).toHaveLength(12);
  const log = createLogger("test", "fatal");
  const jobs = new JobQueue({ databaseUrl: url, works: false, onError: (error) => log.error(error) });
  const writer = new AttemptWriter({ database, jobs, log });
  const attemptOf = ({ id }: ClaimedDelivery, index: number): FinishedAttempt => ({
    delivery_id: id,
    number: 1,
    started_at: new Date(),
    duration_ms: index === 5 ? 2 ** 40 : 3,
    response_status: 200,
    // Half a surrogate pair, and a NUL: neither is text to PostgreSQL.
    response_body: "\ud83d\u0000",
    request_headers: { "x-name": "\udc00" },
    response_headers: {},
    problem: null,
    outcome: "delivered",
    retry_in_s: null,
  });
  await Promise.all(claimed.map((delivery, index) => writer.write({ delivery, attempt: attemptOf(delivery, index) })));
  const written = await database.selectFrom("delivery_attempts").select(["delivery_id", "response_body"]).execute();
  expect(written.map(({ delivery_id }) => delivery_id).toSorted()).toEqual(
    claimed
      .filter((_, index) => index !== 5)
      .map(({ id }) => id)
      .toSorted(),
  );
  expect(written[0]?.response_body).toBe("\ufffd\ufffd");
  const waiting = await database.selectFrom("deliveries").select("id").where("status", "=", "pending").execute();
  expect(waiting).toEqual([{ id: claimed[5]?.id }]);
});
