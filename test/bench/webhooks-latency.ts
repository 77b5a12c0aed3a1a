import { createHmac, randomUUID } from "node:crypto";
import { beforeCommit, type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import { sql } from "kysely";
import { Agent, request } from "undici";
import { z } from "zod";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import type { Installation } from "../helpers/installation.ts";
import { type MadeEndpoint, SAMPLE_DATA } from "../helpers/make-endpoints.ts";
import { waitFor } from "../helpers/wait-for.ts";
import type { BenchContext } from "./bench.ts";
import type { CountingReceiver } from "./counting-receiver.ts";

const PER_SECOND = 200;
const ROUND_MS = 5_000;
const HANGING = 5;

interface Parts {
  installation: Installation;
  receiver: CountingReceiver;
  endpoints: readonly MadeEndpoint[];
}

const Body = z.object({ data: z.object({ id: z.string() }) });

/** The milliseconds from when each was on its way until its receiver had it. */
class Stopwatch {
  readonly #begun = new Map<string, number>();
  readonly times: number[] = [];

  constructor(receiver: CountingReceiver) {
    receiver.onReceived = (body) => {
      const begun = this.#begun.get(Body.parse(JSON.parse(body)).data.id);
      if (begun !== undefined) this.times.push(performance.now() - begun);
    };
  }

  begin(id: string): void {
    this.#begun.set(id, performance.now());
  }
}

/** From the commit of an event to its receiver, beside bare signed posts at the same rate. */
export async function measureLatency(context: BenchContext, parts: Parts, rounds: number): Promise<Measured[]> {
  const [own, bare]: [number[], number[]] = [[], []];
  await recordAtRate(parts, parts.endpoints);
  for (let round = 1; round <= rounds; round++) {
    own.push(...(await recordAtRate(parts, parts.endpoints)));
    bare.push(...(await postAtRate(parts.receiver)));
    context.say(`latency, round ${round} of ${rounds}: p95 until now ${percentile(own, 0.95).toFixed(1)} ms`);
  }
  const name = `from commit to receiver at ${PER_SECOND}/s`;
  const row = (share: number) => ({ value: percentile(own, share), unit: "ms", baseline: percentile(bare, share) });
  return [
    { name: `${name}, p50`, ...row(0.5), goal: { most: 15 } },
    { name: `${name}, p95`, ...row(0.95), goal: { most: 50 } },
  ];
}

/** The same, while some of the receivers never answer: what that does to the others. */
export async function measureHanging(context: BenchContext, parts: Parts, rounds: number): Promise<Measured[]> {
  const { receiver, endpoints } = parts;
  const others = endpoints.slice(HANGING);
  const [without, within]: [number[], number[]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    without.push(...(await recordAtRate(parts, others)));
    for (let index = 0; index < HANGING; index++) receiver.hanging.add(`/${index}`);
    within.push(...(await recordAtRate(parts, others)));
    receiver.release();
    await waitUntilDelivered(parts.installation.testDatabase.database);
    const [p99, before] = [within, without].map((times) => percentile(times, 0.99).toFixed(1));
    context.say(`hanging, round ${round} of ${rounds}: p99 until now ${p99} ms, without ${before} ms`);
  }
  return [
    {
      name: `${HANGING} of ${endpoints.length} hanging: the others' p99`,
      value: percentile(within, 0.99),
      unit: "ms",
      baseline: percentile(without, 0.99),
      goal: { mostRatio: 1.5, of: "without" },
    },
  ];
}

/** An event each for one endpoint after the other; the times of those that go to `watched`. */
async function recordAtRate(
  { installation, receiver, endpoints }: Parts,
  watched: readonly MadeEndpoint[],
): Promise<number[]> {
  const { database } = installation.testDatabase;
  const stopwatch = new Stopwatch(receiver);
  const isWatched = new Set(watched);
  let expected = 0;
  await atRate((number) => {
    const endpoint = endpoints[number % endpoints.length];
    if (!endpoint) throw new Error("there is no endpoint");
    const id = randomUUID();
    const isTimed = isWatched.has(endpoint);
    if (isTimed) expected++;
    return inTransaction(database, async (transaction) => {
      await recordEvent(transaction, {
        org_id: endpoint.org_id,
        session_id: endpoint.session_id,
        type: "evidence.added",
        data: { ...SAMPLE_DATA, id },
        actor: { type: "system", id: "bench" },
        object: { type: "evidence_item", id },
      });
      // After this there is only the commit.
      if (isTimed) beforeCommit(transaction, async () => stopwatch.begin(id));
    });
  });
  await waitFor("every event", () => stopwatch.times.length >= expected, 60_000);
  return stopwatch.times;
}

async function postAtRate(receiver: CountingReceiver): Promise<number[]> {
  const dispatcher = new Agent();
  const stopwatch = new Stopwatch(receiver);
  await atRate(async () => {
    const id = randomUUID();
    stopwatch.begin(id);
    const body = JSON.stringify({ id, type: "evidence.added", data: { ...SAMPLE_DATA, id } });
    const signature = createHmac("sha256", "whsec_bare").update(`0.${body}`).digest("hex");
    const headers = { "content-type": "application/json", "nb-signature": `t=0,v1=${signature}`, "webhook-id": id };
    const answer = await request(receiver.url, { method: "POST", headers, body, dispatcher });
    await answer.body.text();
  });
  await dispatcher.close();
  return stopwatch.times;
}

/** Begins work at a constant rate, whether the work before is done or not; resolves when all of it is. */
async function atRate(work: (number: number) => Promise<void>): Promise<void> {
  const begun = performance.now();
  const running: Promise<void>[] = [];
  let failed = false;
  while (running.length < (PER_SECOND * ROUND_MS) / 1000 && !failed) {
    const wait = begun + (running.length * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const one = work(running.length);
    one.catch(() => {
      failed = true;
    });
    running.push(one);
  }
  await Promise.all(running);
}

async function waitUntilDelivered(database: Database): Promise<void> {
  await waitFor(
    "every delivery",
    async () => {
      const { rows } = await sql`select from deliveries where status in ('pending', 'failed') limit 1`.execute(
        database,
      );
      return rows.length === 0;
    },
    60_000,
  );
}
