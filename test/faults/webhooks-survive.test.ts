import { readFileSync } from "node:fs";
import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { Child } from "../helpers/child.ts";
import { Installation } from "../helpers/installation.ts";
import { type MadeEndpoint, makeEndpoints, SAMPLE_DATA } from "../helpers/make-endpoints.ts";
import { startPostgresServer } from "../helpers/postgres-server.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import { verifyDelivery } from "../helpers/verify-delivery.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type Received, startReceiver } from "../helpers/webhook-receiver.ts";

const EVENTS = 20_000;
const KILLS = 50;
const PER_KILL = EVENTS / (KILLS + 1);
const WRITERS = 8;
/** Events a second while nobody has to wait for a process that was killed. */
const RATE = 160;
const MOST_REPEATED = 0.005 * EVENTS;
/** It takes little more than 2 minutes where nothing else runs. */
const LIMIT_MS = 1_200_000;

const SESSION = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
const UNLIMITED = { RATE_LIMIT_KEY: "1000000000", RATE_LIMIT_ORGANIZATION: "1000000000" };

/** What is to happen before the kill of this number, beside the kills. */
const INCIDENTS = { flush: 8, crash: [14, 38], loseRedis: 22, redisIsBack: 30 };

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Writes events into the log of an organization, and sessions by the API, in step with the kills, until all are there. */
class Writers {
  /** What was answered, or committed for certain. */
  readonly certain: string[] = [];
  #begun = 0;
  #kills = 0;
  #instance: Installation;
  #startedAt = performance.now();

  constructor(instance: Installation) {
    this.#instance = instance;
  }

  get count(): number {
    return this.certain.length;
  }

  afterKill(kills: number): void {
    this.#kills = kills;
  }

  /** Numbers in the order in which events may begin; undefined at the end. */
  async #next(): Promise<number | undefined> {
    const number = this.#begun++;
    if (number >= EVENTS) return undefined;
    // A kill comes after half of its part of the events. By the end of the next half, what was killed is there again; on
    // a slow machine it is waited for, so that not more and more is on its way when the next kill comes.
    while (number >= PER_KILL * (this.#kills + 1.5)) await pause(10);
    // What was waited for is not caught up with.
    this.#startedAt = Math.max(this.#startedAt, performance.now() - (number * 1000) / RATE);
    const early = this.#startedAt + (number * 1000) / RATE - performance.now();
    if (early > 0) await pause(early);
    return number;
  }

  /** By the API, tried again under the same key until there is an answer that stands. */
  async postSessions(): Promise<void> {
    for (let number = await this.#next(); number !== undefined; number = await this.#next()) {
      const headers = { "idempotency-key": `event-${number}` };
      const post = () => this.#instance.api("/v1/sessions", { method: "POST", headers, body: JSON.stringify(SESSION) });
      const response = await waitFor(
        "an answer",
        async () => {
          const answer = await post();
          return answer.status !== 409 && answer.status < 500 && answer;
        },
        60_000,
      );
      const text = await response.text();
      expect(response.status, text).toBe(201);
      this.certain.push(Session.parse(JSON.parse(text)).id);
    }
  }

  /** In transactions, as the product does it; one that PostgreSQL's end cut off is begun anew. */
  async recordEvents({ org_id, session_id }: MadeEndpoint): Promise<void> {
    for (let number = await this.#next(); number !== undefined; number = await this.#next()) {
      for (let attempt = 1; ; attempt++) {
        const id = `evd_${number}_${attempt}`;
        try {
          await inTransaction(this.#instance.testDatabase.database, (transaction) =>
            recordEvent(transaction, {
              org_id,
              session_id,
              type: "evidence.added",
              data: { ...SAMPLE_DATA, id },
              actor: { type: "system", id: "test" },
              object: { type: "evidence_item", id },
            }),
          );
          this.certain.push(id);
          break;
        } catch {
          // PostgreSQL is away.
          await pause(100);
        }
      }
    }
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

/** What a power cut would lose is lost by this. */
async function crashPostgres(instance: Installation): Promise<void> {
  const look = async () => {
    const life = sql<{ pid: number; began: Date }>`select pg_backend_pid() as pid, pg_postmaster_start_time() as began`;
    const { rows } = await life.execute(instance.testDatabase.database);
    return { pid: rows[0]?.pid ?? 0, began: rows[0]?.began.getTime() };
  };
  const { pid, began } = await look();
  process.kill(parentOf(pid), "SIGQUIT");
  // It may answer once more before it ends.
  await waitFor("PostgreSQL to be back", async () => (await look()).began !== began, 120_000);
}

/** Two worker processes, each killed in its turn with the server. */
function startWorkers(instance: Installation) {
  const workers = [0, 1].map(() => new Child("workers/main.ts", instance.environment));
  onTestFinished(async () => {
    for (const worker of workers) await worker.stop();
  });
  const ready = (place: number) =>
    waitFor(
      "the workers",
      () => {
        const worker = workers[place];
        if (!worker?.running) throw new Error("the workers have ended", { cause: worker?.lines.join("\n") });
        return worker.lines.some((line) => line.includes('"workers are ready"'));
      },
      60_000,
    );
  return {
    ready,
    kill: async (place: number) => {
      expect(await workers[place]?.stop("SIGKILL")).toBeNull();
      workers[place] = new Child("workers/main.ts", instance.environment);
      await ready(place);
    },
    stop: () => Promise.all(workers.map((worker) => worker.stop())),
  };
}

const eventIdOf = ({ headers }: Received) => String(headers["nb-event-id"]);

test(
  "50 kills within 20,000 events, PostgreSQL crashed, Redis flushed and lost: nothing is lost, and next to nothing repeated",
  async () => {
    // With fsync, as in production.
    const postgres = await startPostgresServer({});
    onTestFinished(() => postgres.stop());
    const redis = await RedisServer.start();
    onTestFinished(() => redis.stop());
    const instance = await Installation.start(postgres, ["server"], { REDIS_URL: redis.url, ...UNLIMITED });
    onTestFinished(() => instance.stop().catch(() => undefined));
    const secrets = new Map<string, string>();
    const unsigned: unknown[] = [];
    const receiver = await startReceiver((received) => {
      const secret = secrets.get(received.path);
      try {
        if (secret !== undefined) verifyDelivery(received, secret);
      } catch (error) {
        unsigned.push(error);
      }
      return { status: 200 };
    });
    onTestFinished(() => receiver.close());
    const own = await instance.post("/v1/webhook-endpoints", { url: receiver.url }, CreatedWebhookEndpoint);
    receiver.received.length = 0;
    secrets.set("/", own.signing_secret);
    const endpoints = await makeEndpoints(instance, {
      organizations: WRITERS,
      each: 1,
      urlOf: (index) => `${receiver.url}/${index}`,
    });
    for (const [index, { secret }] of endpoints.entries()) secrets.set(`/${index}`, secret);
    const workers = startWorkers(instance);
    await Promise.all([workers.ready(0), workers.ready(1)]);

    const writers = new Writers(instance);
    const kill = async () => {
      for (let kills = 0; kills < KILLS; kills++) {
        if (kills === INCIDENTS.flush) await redis.client.flushall();
        if (kills === INCIDENTS.loseRedis) await redis.kill();
        if (kills === INCIDENTS.redisIsBack) await redis.startAgain();
        if (INCIDENTS.crash.includes(kills)) await crashPostgres(instance);
        await waitFor("events under way", () => writers.count >= PER_KILL * (kills + 0.5), 60_000);
        if (kills % 3 < 2) {
          await workers.kill(kills % 3);
        } else {
          expect(await instance.child("server").stop("SIGKILL")).toBeNull();
          instance.spawn("server");
          await instance.ready("server");
        }
        writers.afterKill(kills + 1);
      }
    };
    await Promise.all([kill(), writers.postSessions(), ...endpoints.map((endpoint) => writers.recordEvents(endpoint))]);

    const { database } = instance.testDatabase;
    // What becomes of the log meanwhile, once an hour, is no matter here.
    const ofWriters = ["session.created", "evidence.added"];
    const events = await database.selectFrom("events").select(["id", "data"]).where("type", "in", ofWriters).execute();
    // Nothing that was answered or committed is lost; what was cut off may have been committed all the same.
    expect(events.length).toBeGreaterThanOrEqual(EVENTS);
    const recorded = new Set(events.map(({ data }) => data.id));
    expect(writers.certain.filter((id) => !recorded.has(id))).toEqual([]);

    // The last killed worker's deliveries are taken over without waiting for their leases to end.
    await waitFor(
      "every delivery",
      async () => {
        const waiting = await database
          .selectFrom("deliveries")
          .select("id")
          .where("status", "<>", "delivered")
          .execute();
        return waiting.length === 0;
      },
      30_000,
    );
    expect(unsigned).toEqual([]);
    expect(receiver.received.filter(({ path }) => !secrets.has(path))).toEqual([]);
    const received = receiver.received.filter(({ headers }) => ofWriters.includes(String(headers["nb-event-type"])));
    expect(new Set(received.map(eventIdOf))).toEqual(new Set(events.map(({ id }) => id)));
    const repeated = received.length - events.length;
    console.log(`${events.length} events, ${repeated} deliveries repeated`);
    expect(repeated).toBeLessThan(MOST_REPEATED);
    // What was repeated was the same to the byte.
    for (const [id, copies] of Map.groupBy(received, eventIdOf)) {
      expect(new Set(copies.map(({ body }) => body)).size, id).toBe(1);
    }
    const attempts = await database
      .selectFrom("delivery_attempts")
      .innerJoin("deliveries", "deliveries.id", "delivery_attempts.delivery_id")
      .select("delivery_id")
      .where("deliveries.event_type", "in", ofWriters)
      .execute();
    expect(new Set(attempts.map(({ delivery_id }) => delivery_id)).size).toBe(events.length);
    await workers.stop();
  },
  LIMIT_MS,
);
