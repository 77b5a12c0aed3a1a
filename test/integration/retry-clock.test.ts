import { claimDeliveries } from "@nexbasira/core/database/claim-deliveries.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { listAttempts, resendDeliveries } from "@nexbasira/core/database/deliveries.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { type MadeEndpoint, makeEndpoints, SAMPLE_DATA } from "../helpers/make-endpoints.ts";
import { openDeliveryLoop } from "../helpers/open-delivery-loop.ts";
import { verifyDelivery } from "../helpers/verify-delivery.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type ReceiverAnswer, startReceiver } from "../helpers/webhook-receiver.ts";

const SCHEDULE_S = [30, 300, 3600, 21_600, 86_400];
const ATTEMPTS = SCHEDULE_S.length + 1;
/** What a busy machine takes from an attempt's end until it is written down. */
const WRITTEN_WITHIN_S = 10;

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start([]);
});
afterAll(() => instance.stop());

/** Receivers that all answer the same, with an event for each on its way through the real loop. */
async function deliver(count: number, answer: ReceiverAnswer) {
  const receiver = await startReceiver(() => answer);
  const endpoints = await makeEndpoints(instance, {
    organizations: 1,
    each: count,
    urlOf: (index) => `${receiver.url}/${index}`,
  });
  for (const endpoint of endpoints) await record(endpoint);
  const loop = openDeliveryLoop(instance);
  onTestFinished(async () => {
    await loop.close();
    await receiver.close();
    await inTransaction(instance.testDatabase.database, async (transaction) => {
      await transaction.deleteFrom("delivery_attempts").execute();
      await transaction.deleteFrom("deliveries").execute();
    });
  });
  return { receiver, endpoints, loop };
}

function record({ org_id, session_id }: MadeEndpoint): Promise<void> {
  return inTransaction(instance.testDatabase.database, (transaction) =>
    recordEvent(transaction, {
      org_id,
      session_id,
      type: "evidence.added",
      data: { ...SAMPLE_DATA },
      actor: { type: "system", id: "test" },
      object: { type: "evidence_item", id: SAMPLE_DATA.id },
    }),
  );
}

const deliveries = () => instance.testDatabase.database.selectFrom("deliveries").selectAll().orderBy("id").execute();

/** All deliveries, once each has had so many attempts. */
function afterAttempt(number: number) {
  return waitFor(
    `attempt ${number}`,
    async () => {
      const rows = await deliveries();
      return rows.every((row) => row.attempt_count === number && row.leased_until === null) && rows;
    },
    30_000,
  );
}

/** The seconds from each one's last attempt until the next; at most what the attempt took more than that. */
async function waits(): Promise<{ least: number; most: number }[]> {
  const { rows } = await sql<{ least: number; most: number }>`
    select extract(epoch from d.next_attempt_at - a.started_at)::float8 - a.duration_ms / 1000.0 as most,
      extract(epoch from d.next_attempt_at - a.started_at)::float8 as least
    from deliveries d join delivery_attempts a on a.delivery_id = d.id and a.number = d.attempt_count`.execute(
    instance.testDatabase.database,
  );
  return rows;
}

/** As if time had gone on until `seconds` before the next attempts. */
async function moveClock(seconds: number): Promise<void> {
  await sql`
    update deliveries set next_attempt_at = now() + make_interval(secs => ${seconds})
    where status = 'failed'`.execute(instance.testDatabase.database);
}

/** What anybody could take now, who has no limits. */
async function dueNow(): Promise<number> {
  const limits = { limit: 1000, per_endpoint: 1000, per_organization: 1000, lease_s: 0 };
  const { claimed } = await claimDeliveries(instance.testDatabase.database, limits, {
    worker: "clock",
    inFlight: [],
    after: null,
  });
  return claimed.length;
}

test("after 30 s, 5 min, 1 h, 6 h and 24 h, each later by up to a tenth, then dropped; sent again it all begins anew", async () => {
  const COUNT = 20;
  const { receiver, endpoints, loop } = await deliver(COUNT, { status: 500, body: "no" });
  for (const round of [0, 1]) {
    for (const [index, delay] of SCHEDULE_S.entries()) {
      const rows = await afterAttempt(round * ATTEMPTS + index + 1);
      expect(rows.every(({ status, response_status }) => status === "failed" && response_status === 500)).toBe(true);
      const waited = await waits();
      expect(waited).toHaveLength(COUNT);
      expect(Math.min(...waited.map(({ least }) => least))).toBeGreaterThanOrEqual(delay);
      expect(Math.max(...waited.map(({ most }) => most))).toBeLessThan(delay * 1.1 + WRITTEN_WITHIN_S);
      // Twenty that failed together do not come again together; less than this is one chance in 10^12.
      const spread = Math.max(...waited.map(({ least }) => least)) - Math.min(...waited.map(({ least }) => least));
      expect(spread).toBeGreaterThan(delay * 0.02);
      await moveClock(5);
      expect(await dueNow()).toBe(0);
      await moveClock(0);
      loop.wake();
    }
    const dropped = await afterAttempt((round + 1) * ATTEMPTS);
    expect(dropped.map(({ status, attempts_before }) => [status, attempts_before])).toEqual(
      dropped.map(() => ["dropped", round * ATTEMPTS]),
    );
    await moveClock(-1);
    expect(await dueNow()).toBe(0);
    if (round > 0) break;
    const { org_id } = endpoints[0] as MadeEndpoint;
    const resent = await inTransaction(instance.testDatabase.database, (transaction) =>
      resendDeliveries(transaction, { org_id, mode: "test" }, {}),
    );
    expect(resent).toBe(COUNT);
    loop.wake();
  }

  const numbers = Array.from({ length: 2 * ATTEMPTS }, (_, index) => index + 1);
  for (const [index, { id, secret }] of endpoints.entries()) {
    const [delivery] = (await deliveries()).filter(({ endpoint_id }) => endpoint_id === id);
    const log = await listAttempts(instance.testDatabase.database, delivery?.id ?? "");
    expect(log.map(({ number, response_status, response_body }) => [number, response_status, response_body])).toEqual(
      numbers.map((number) => [number, 500, "no"]),
    );
    const received = receiver.received.filter(({ path }) => path === `/${index}`);
    expect(received.map(({ headers }) => Number(headers["nb-delivery-attempt"]))).toEqual(numbers);
    expect(new Set(received.map((one) => verifyDelivery(one, secret).id))).toEqual(new Set([delivery?.event_id]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  }
});

test("Retry-After lengthens each wait that is shorter, and no other", async () => {
  const ASKED_S = 7200;
  const { loop } = await deliver(3, { status: 503, headers: { "retry-after": String(ASKED_S) } });
  for (const [index, delay] of SCHEDULE_S.entries()) {
    await afterAttempt(index + 1);
    const waited = await waits();
    expect(Math.min(...waited.map(({ least }) => least))).toBeGreaterThanOrEqual(Math.max(delay, ASKED_S));
    expect(Math.max(...waited.map(({ most }) => most))).toBeLessThan(Math.max(delay * 1.1, ASKED_S) + WRITTEN_WITHIN_S);
    await moveClock(0);
    loop.wake();
  }
  const dropped = await afterAttempt(ATTEMPTS);
  expect(dropped.map(({ status }) => status)).toEqual(["dropped", "dropped", "dropped"]);
});

test("five endpoints that never answer, among a hundred, hold no more than theirs and delay no other", async () => {
  const [ENDPOINTS, HANGING, EVENTS] = [100, 5, 20];
  let healthy = 0;
  const receiver = await startReceiver(({ path }) => {
    if (Number(path.slice(1)) < HANGING) return null;
    healthy++;
    return { status: 200 };
  });
  const endpoints = await makeEndpoints(instance, {
    organizations: 4,
    each: ENDPOINTS / 4,
    urlOf: (index) => `${receiver.url}/${index}`,
  });
  for (let count = 0; count < EVENTS; count++) await Promise.all(endpoints.map(record));
  const begun = performance.now();
  const loop = openDeliveryLoop(instance);
  onTestFinished(async () => {
    // What hangs breaks off, and is no success.
    await receiver.close();
    await loop.close();
  });
  await waitFor("all others", () => healthy === (ENDPOINTS - HANGING) * EVENTS, 20_000);
  // Less than one attempt at a hanging endpoint lasts.
  expect(performance.now() - begun).toBeLessThan(20_000);
  const hanging = receiver.received.filter(({ path }) => Number(path.slice(1)) < HANGING);
  expect(Math.max(...[...Map.groupBy(hanging, ({ path }) => path).values()].map((sent) => sent.length))).toBe(8);
});
