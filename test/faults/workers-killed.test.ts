import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { WebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { NoticeListener } from "@nexbasira/core/database/notify.ts";
import { sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { enterSession } from "../helpers/enter-session.ts";
import { Installation } from "../helpers/installation.ts";
import { Instance } from "../helpers/instance.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";
import { startPostgresServer } from "../helpers/postgres-server.ts";
import { signIn } from "../helpers/sign-in.ts";
import { describeCapture, Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

/** As the delivery loop limits them. */
const IN_FLIGHT_PER_ENDPOINT = 8;

const INSPECTION = {
  type: "field_inspection",
  reference: "INS-1",
  participant: { name: "Marie L.", channel: "link" },
};

async function receive(answer?: Parameters<typeof startReceiver>[0]) {
  const receiver = await startReceiver(answer);
  onTestFinished(() => receiver.close());
  return receiver;
}

async function start(...processes: Parameters<typeof Instance.start>[0]): Promise<Instance> {
  const instance = await Instance.start(processes);
  onTestFinished(() => instance.stop());
  return instance;
}

function post(instance: Instance, key: string, body: object = INSPECTION): Promise<Response> {
  const headers = { "idempotency-key": key.replaceAll(" ", "-") };
  return instance.api("/v1/sessions", { method: "POST", headers, body: JSON.stringify(body) });
}

/** Posts as a careful client does, until there is an answer that stands. */
async function postUntilAnswered(instance: Instance, key: string, body: object = INSPECTION): Promise<Session> {
  const response = await waitFor(
    "an answer",
    async () => {
      const answer = await post(instance, key, body);
      return answer.status !== 409 && answer.status < 500 && answer;
    },
    60_000,
  );
  expect(response.status).toBe(201);
  return Session.parse(await response.json());
}

const eventIdsOf = async (instance: Instance) => {
  const rows = await instance.testDatabase.database.selectFrom("events").select("id").execute();
  return rows.map(({ id }) => id).toSorted();
};

const idsOf = (received: readonly { body: string }[]) =>
  received.map(({ body }) => EventEnvelope.parse(JSON.parse(body)).id);

/**
 * Holds whatever wants these rows until it is released: of `organizations`, a post in the middle of its transaction; of
 * `audit_logs`, everything in its last message, the commit's.
 */
async function hold(instance: Instance, table: "organizations" | "audit_logs"): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: hasThem } = Promise.withResolvers<void>();
  const transaction = inTransaction(instance.testDatabase.database, async (holding) => {
    await sql`select from ${sql.table(table)} for update`.execute(holding);
    hasThem();
    await released;
  });
  await held;
  return () => {
    release();
    return transaction;
  };
}

function somebodyWaits(instance: Instance): Promise<boolean> {
  const waiting = sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`;
  return waiting.execute(instance.testDatabase.database).then(({ rows }) => rows.length > 0);
}

test("workers that are killed again and again lose no event, and repeat one only under its own id", async () => {
  const KILLS = 4;
  const SESSIONS = 60;
  const instance = await start("server", "workers");
  let kills = 0;
  let isKilling = false;
  const unanswered: string[] = [];
  const receiver = await receive((received) => {
    const isEvent = received.headers["nb-event-type"] !== "webhook.test";
    const due = isEvent && kills < KILLS && receiver.received.length >= (kills + 1) * (SESSIONS / (KILLS + 1));
    // What is in flight when its worker dies gets no answer.
    if (due) isKilling = true;
    if (!isKilling) return { status: 200 };
    unanswered.push(String(received.headers["nb-event-id"]));
    return null;
  });
  await instance.post("/v1/webhook-endpoints", { url: receiver.url }, WebhookEndpoint);
  receiver.received.length = 0;
  await Promise.all(Array.from({ length: SESSIONS }, (_, index) => postUntilAnswered(instance, `session ${index}`)));
  for (; kills < KILLS; kills++) {
    await waitFor("deliveries in flight", () => isKilling, 30_000);
    expect(await instance.child("workers").stop("SIGKILL")).toBeNull();
    isKilling = false;
    // As if the leases of the dead worker had ended.
    await sql`update deliveries set leased_until = now() where leased_until is not null`.execute(
      instance.testDatabase.database,
    );
    instance.spawn("workers");
    await instance.ready("workers");
  }
  await waitFor(
    "every delivery",
    async () => {
      const rows = await instance.testDatabase.database.selectFrom("deliveries").select("status").execute();
      return rows.length === SESSIONS && rows.every(({ status }) => status === "delivered");
    },
    30_000,
  );
  const received = idsOf(receiver.received);
  expect([...new Set(received)].toSorted()).toEqual(await eventIdsOf(instance));
  expect(unanswered.length).toBeGreaterThanOrEqual(KILLS);
  // Only what was in flight when its worker died is repeated: what got no answer, and what was not yet written down.
  expect(received.length - SESSIONS).toBeGreaterThanOrEqual(unanswered.length);
  expect(received.length - SESSIONS).toBeLessThanOrEqual(KILLS * IN_FLIGHT_PER_ENDPOINT);
});

test("a server that is killed before, in or after its commit makes one session and one event of a post that is tried again", async () => {
  const instance = await start("server");

  const killIn = async (table: "organizations" | "audit_logs", key: string) => {
    const release = await hold(instance, table);
    const killed = post(instance, key).catch(() => "cut off");
    await waitFor("the post to be under way", () => somebodyWaits(instance));
    await instance.child("server").stop("SIGKILL");
    expect(await killed).toBe("cut off");
    await release();
    instance.spawn("server");
    await instance.ready("server");
    return postUntilAnswered(instance, key);
  };
  const first = await killIn("organizations", "before the commit");
  const second = await killIn("audit_logs", "in the commit");

  const committed = Promise.withResolvers<void>();
  const listener = new NoticeListener(instance.testDatabase.url, {
    onSession: () => committed.resolve(),
    onError: committed.reject,
  });
  await listener.open();
  const after = post(instance, "after the commit").then(
    (response) => response.status,
    () => "cut off",
  );
  await committed.promise;
  await instance.child("server").stop("SIGKILL");
  await listener.close();
  expect(["cut off", 201]).toContain(await after);
  instance.spawn("server");
  await instance.ready("server");
  const again = await waitFor("the replay", async () => {
    const answer = await post(instance, "after the commit");
    return answer.status === 201 && answer;
  });
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  const third = Session.parse(await again.json());

  const { database } = instance.testDatabase;
  const sessions = await database.selectFrom("sessions").select("id").orderBy("id").execute();
  expect(sessions.map(({ id }) => id)).toEqual([first.id, second.id, third.id]);
  const events = await database.selectFrom("events").select(["session_id", "type", "sequence"]).orderBy("id").execute();
  const created = [first, second, third].map(({ id }) => ({ session_id: id, type: "session.created", sequence: 1 }));
  expect(events).toEqual(created);
});

test("a PostgreSQL that crashes under load loses nothing that was answered, and no process ends", async () => {
  // With fsync, as in production.
  const postgres = await startPostgresServer({});
  onTestFinished(() => postgres.stop());
  const instance = await Installation.start(postgres, ["server", "workers"], NO_LIMITS);
  const { database } = instance.testDatabase;
  const receiver = await receive();
  await instance.post("/v1/webhook-endpoints", { url: receiver.url }, WebhookEndpoint);
  receiver.received.length = 0;
  const answered: Session[] = [];
  let crashed = 0;
  let isEnough = false;
  const client = async (name: number) => {
    for (let count = 0; !isEnough; count++) {
      answered.push(await postUntilAnswered(instance, `client ${name}, session ${count}`));
    }
  };
  const clients = [0, 1, 2].map(client);
  for (; crashed < 2; crashed++) {
    const enough = answered.length + 15;
    await waitFor("some answers", () => answered.length >= enough, 60_000);
    const look = async () => {
      const { rows } = await sql<{ pid: number; began: Date }>`
        select pg_backend_pid() as pid, pg_postmaster_start_time() as began`.execute(database);
      return { pid: rows[0]?.pid ?? 0, began: rows[0]?.began.getTime() };
    };
    const { pid, began } = await look();
    // What would be lost by a power cut is lost by this: no backend gets to do anything more.
    process.kill(parentOf(pid), "SIGQUIT");
    await waitFor("PostgreSQL to be back", async () => (await look()).began !== began, 60_000);
    await waitFor("the server to notice", () => isReady(instance), 60_000);
  }
  const last = answered.length + 10;
  await waitFor("answers after the last crash", () => answered.length >= last, 60_000);
  isEnough = true;
  await Promise.all(clients);
  expect(instance.child("server").running).toBe(true);
  expect(instance.child("workers").running).toBe(true);

  const sessions = await database.selectFrom("sessions").select("id").execute();
  expect(sessions.map(({ id }) => id).toSorted()).toEqual(answered.map(({ id }) => id).toSorted());
  const eventIds = await eventIdsOf(instance);
  expect(eventIds).toHaveLength(answered.length);
  // An attempt whose lease was lost with its answer is repeated when the lease ends.
  await sql`update deliveries set leased_until = now() where leased_until is not null`.execute(database);
  await waitFor("every event", () => new Set(idsOf(receiver.received)).size >= eventIds.length, 60_000);
  expect([...new Set(idsOf(receiver.received))].toSorted()).toEqual(eventIds);
  const entries = await database.selectFrom("audit_entries").select("record").orderBy("sequence").execute();
  let previous = "0".repeat(64);
  for (const [index, { record }] of entries.entries()) {
    expect(JSON.parse(record)).toMatchObject({ sequence: index, previous_hash: previous });
    previous = createHash("sha256").update(record).digest("hex");
  }
  await instance.child("workers").stop();
  // The test's own connections were lost with the others.
  await expect(instance.stop()).rejects.toThrow("connections of the test were lost");
});

const isReady = (instance: Installation) => fetch(`${instance.url}/readyz`).then(({ ok }) => ok);

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

test("a server that is told to stop answers what is running, lets go of what would last, and ends with 0", async () => {
  const instance = await start("server");
  const member = await signIn(instance);
  const session = await postUntilAnswered(instance, "a session");
  const phone = new Uploader(instance.url, (await enterSession(instance, session)).access_token);
  const bytes = new Uint8Array(2_000_000).fill(7);
  const location = (await phone.create(describeCapture(bytes), bytes.length)).headers.get("location") ?? "";
  const stalled = stall(bytes.subarray(0, 1_000_000));
  const upload = phone.send(location, 0, stalled).catch(() => "cut off");
  const uploaded = join(instance.dataDir, location);
  await waitFor("some of the upload", () => readFileSync(uploaded).length > 0);

  const stream = await fetch(`${instance.url}/console/api/events`, { headers: member });
  const streamEnds = stream.text();
  const busy = keepBusy(`${instance.url}/readyz`);
  const release = await hold(instance, "audit_logs");
  const running = post(instance, "running");
  await waitFor("the post to be under way", () => somebodyWaits(instance));
  const server = instance.child("server");
  const stopped = server.stop("SIGTERM");
  await streamEnds;
  await expect(fetch(`${instance.url}/healthz`, { headers: { connection: "close" } })).rejects.toThrow();
  await release();
  expect((await running).status).toBe(201);
  expect(await stopped).toBe(0);
  expect(await upload).toBe("cut off");
  await busy;

  instance.spawn("server");
  await instance.ready("server");
  const offset = Number((await phone.look(location)).headers.get("upload-offset"));
  expect(offset).toBeGreaterThan(0);
  const finished = await phone.send(location, offset, bytes.subarray(offset));
  expect(finished.headers.get("nbx-evidence-item")).toMatch(/^evd_/);
});

/** A body that begins and does not go on. */
function stall(bytes: Uint8Array): ReadableStream {
  return new ReadableStream({ start: (controller) => controller.enqueue(bytes) });
}

/** Asks again and again over the same connection, until there is no answer. */
async function keepBusy(url: string): Promise<void> {
  for (;;) {
    const answer = await fetch(url).catch(() => undefined);
    if (!answer) return;
    await answer.text();
  }
}

test("workers that are told to stop finish what is answered, give back what is not, and end with 0", async () => {
  const instance = await start("server", "workers");
  const { promise: mayAnswer, resolve: answer } = Promise.withResolvers<void>();
  const slow = await receive(async ({ headers }) => {
    if (headers["nb-event-type"] !== "webhook.test") await mayAnswer;
    return { status: 200 };
  });
  const hanging = await receive(({ headers }) =>
    headers["nb-event-type"] === "webhook.test" ? { status: 200 } : null,
  );
  for (const { url } of [slow, hanging]) await instance.post("/v1/webhook-endpoints", { url }, WebhookEndpoint);
  await postUntilAnswered(instance, "a session");
  await waitFor("both attempts", () => slow.received.length === 2 && hanging.received.length === 2);
  const stopped = instance.child("workers").stop("SIGTERM");
  await waitFor("the stop", () => instance.child("workers").lines.some((line) => line.includes('"stopping"')));
  answer();
  expect(await stopped).toBe(0);
  const deliveries = await instance.testDatabase.database
    .selectFrom("deliveries")
    .innerJoin("webhook_endpoints", "webhook_endpoints.id", "deliveries.endpoint_id")
    .select(["url", "status", "attempt_count", "leased_until"])
    .execute();
  expect(deliveries.toSorted((a, b) => a.attempt_count - b.attempt_count)).toEqual([
    { url: hanging.url, status: "pending", attempt_count: 0, leased_until: null },
    { url: slow.url, status: "delivered", attempt_count: 1, leased_until: null },
  ]);
});
