import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint, WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { notifyDeliveries } from "@nexbasira/core/database/notify.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { enterSession } from "../helpers/enter-session.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { verifyDelivery } from "../helpers/verify-delivery.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { type Received, type ReceiverAnswer, startReceiver } from "../helpers/webhook-receiver.ts";

type Receiver = Awaited<ReturnType<typeof startReceiver>>;

let instance: Instance;
const receivers: Receiver[] = [];
const endpoints: string[] = [];

beforeAll(async () => {
  instance = await Instance.start(["server", "workers"]);
});
afterEach(async () => {
  for (const id of endpoints.splice(0)) await instance.api(`/v1/webhook-endpoints/${id}`, { method: "DELETE" });
  for (const receiver of receivers.splice(0)) await receiver.close();
});
afterAll(() => instance.stop());

async function receive(answer?: (received: Received) => ReceiverAnswer | null): Promise<Receiver> {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return receiver;
}

const CREATED = ["session.created"];

/** A registered endpoint with its secret; the receiver has forgotten the probe. */
async function register(receiver: Receiver, event_types: string[] = CREATED, path = "/") {
  const url = `${receiver.url}${path}`;
  const endpoint = await instance.post("/v1/webhook-endpoints", { url, event_types }, CreatedWebhookEndpoint);
  endpoints.push(endpoint.id);
  receiver.received.length = 0;
  return { id: endpoint.id, secret: endpoint.signing_secret };
}

function createSession(extra: object = {}): Promise<Session> {
  const participant = { name: "Marie L.", channel: "link" };
  return instance.post(
    "/v1/sessions",
    { type: "field_inspection", reference: "INS-1", participant, ...extra },
    Session,
  );
}

/** The answer to the probe at creation, and then what `answer` says. */
function afterProbe(answer: (received: Received) => ReceiverAnswer | null) {
  return (received: Received) =>
    received.headers["nb-event-type"] === "webhook.test" ? { status: 200 } : answer(received);
}

const deliveriesTo = (endpointId: string) =>
  instance.testDatabase.database
    .selectFrom("deliveries")
    .selectAll()
    .where("endpoint_id", "=", endpointId)
    .orderBy("id")
    .execute();

const attemptsTo = (endpointId: string) =>
  instance.testDatabase.database
    .selectFrom("delivery_attempts")
    .innerJoin("deliveries", "deliveries.id", "delivery_attempts.delivery_id")
    .selectAll("delivery_attempts")
    .where("deliveries.endpoint_id", "=", endpointId)
    .orderBy("started_at")
    .execute();

/** The one delivery to an endpoint, once it has had so many attempts. */
async function afterAttempt(endpointId: string, attempts: number) {
  return waitFor(
    `attempt ${attempts}`,
    async () => (await deliveriesTo(endpointId)).find((delivery) => delivery.attempt_count >= attempts),
    20_000,
  );
}

/** As if the time until the next attempt had passed. */
async function makeDue(endpointId: string): Promise<void> {
  await inTransaction(instance.testDatabase.database, async (transaction) => {
    await transaction
      .updateTable("deliveries")
      .set({ next_attempt_at: new Date(Date.now() - 1000) })
      .where("endpoint_id", "=", endpointId)
      .execute();
    await notifyDeliveries(transaction);
  });
}

const endpointRow = (id: string) =>
  instance.testDatabase.database
    .selectFrom("webhook_endpoints")
    .selectAll()
    .where("id", "=", id)
    .executeTakeFirstOrThrow();

test("a session's whole life reaches endpoint and callback, each event once, signed and in order", async () => {
  const [owned, aliased, called] = [await receive(), await receive(), await receive()];
  const endpoint = await register(owned, []);
  const aliases = ["session.evidence.captured", "evidence.created", "session.signed"];
  const alias = await register(aliased, aliases);
  const LIFE = ["session.created", "evidence.added", "session.completed", "signature.completed", "audit.anchored"];
  const callbacks = Object.fromEntries(
    ["session.created", "evidence.added", "session.completed", "session.signed", "audit.anchored"].map((name) => [
      name,
      `${called.url}/${name}`,
    ]),
  );
  const session = await createSession({ callbacks });
  const phone = new Uploader(instance.url, (await enterSession(instance, session)).access_token);
  const photo = await sharp({ create: { width: 320, height: 240, channels: 3, background: "#396" } })
    .jpeg()
    .toBuffer();
  expect((await phone.upload(new Uint8Array(photo), { kind: "snapshot", source: "photo" })).status).toBe(204);
  expect((await instance.api(`/v1/sessions/${session.id}`, { method: "DELETE" })).status).toBe(200);
  const verified = () => owned.received.map((received) => verifyDelivery(received, endpoint.secret));
  /** The others tell the organization that the checkpoint of the session's end is anchored. */
  const ofSession = () => verified().filter(({ sequence }) => sequence !== null);
  await waitFor("the last event", () => ofSession().length >= 5 && called.received.length >= 5, 50_000);
  await waitFor("the aliases", () => aliased.received.length >= 3);
  await waitFor("all to be written down", async () => {
    const rows = await instance.testDatabase.database.selectFrom("deliveries").select("status").execute();
    return rows.every(({ status }) => status === "delivered");
  });

  const others = verified().filter(({ sequence }) => sequence === null);
  expect(others.map(({ type, data }) => [type, data.session_id])).toEqual([["audit.anchored", null]]);
  const events = ofSession();
  const inOrder = events.toSorted((a, b) => Number(a.sequence) - Number(b.sequence));
  expect(inOrder.map(({ type }) => type)).toEqual(LIFE);
  expect(inOrder.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
  expect(inOrder.map(({ data }) => data.object)).toEqual([
    "session",
    "evidence_item",
    "session",
    "evidence_file",
    "audit_anchor",
  ]);
  expect(inOrder[0]?.data).toMatchObject({ id: session.id, status: "pending" });
  expect(inOrder[2]?.data).toMatchObject({ id: session.id, status: "completed", ended_by: "api" });
  expect(inOrder[3]?.data).toMatchObject({ session_id: session.id, status: "ready" });
  expect(inOrder[4]?.data).toMatchObject({ session_id: session.id, authority: "development", development: true });
  expect(owned.received.every(({ headers }) => headers["nb-delivery-attempt"] === "1")).toBe(true);

  const called_back = called.received.map((received) => {
    const event = verifyDelivery(received, instance.credentials.webhook_secret);
    expect(received.path).toBe(`/${event.type}`);
    return event;
  });
  const canonical = (name: string) => (name === "session.signed" ? "signature.completed" : name);
  expect(called_back.map(({ id, type }) => [id, canonical(type)]).toSorted()).toEqual(
    events.map(({ id, type }) => [id, type]).toSorted(),
  );

  const underAlias = aliased.received.map((received) => verifyDelivery(received, alias.secret));
  const idOf = (type: string) => events.find((event) => event.type === type)?.id;
  expect(underAlias.map(({ id, type }) => [type, id]).toSorted()).toEqual([
    ["evidence.created", idOf("evidence.added")],
    ["session.evidence.captured", idOf("evidence.added")],
    ["session.signed", idOf("signature.completed")],
  ]);
  expect(() => verifyDelivery(aliased.received[0] as Received, endpoint.secret)).toThrow();
});

test("a failure is attempted again after 30 s, under the same id and body, with a fresh time and number", async () => {
  const answers = [500, 200];
  const receiver = await receive(afterProbe(() => ({ status: answers.shift() ?? 200 })));
  const endpoint = await register(receiver);
  await createSession();
  const failed = await afterAttempt(endpoint.id, 1);
  expect(failed).toMatchObject({ status: "failed", response_status: 500, leased_until: null });
  const [first] = await attemptsTo(endpoint.id);
  const wait_s = (failed.next_attempt_at.getTime() - (first?.started_at.getTime() ?? 0)) / 1000;
  expect(wait_s).toBeGreaterThanOrEqual(30);
  expect(wait_s).toBeLessThan(60);
  const firstTime = Number(receiver.received[0]?.headers["webhook-timestamp"]);
  await waitFor("the next second", () => Math.floor(Date.now() / 1000) > firstTime);
  await makeDue(endpoint.id);
  await waitFor("the second attempt", () => receiver.received.length === 2);
  expect(await afterAttempt(endpoint.id, 2)).toMatchObject({ status: "delivered", response_status: 200 });
  const [one, two] = receiver.received.map((received) => verifyDelivery(received, endpoint.secret));
  expect(two).toEqual(one);
  const [a, b] = receiver.received;
  expect(b?.body).toBe(a?.body);
  expect([a, b].map((received) => received?.headers["nb-delivery-attempt"])).toEqual(["1", "2"]);
  expect(Number(b?.headers["webhook-timestamp"])).toBeGreaterThan(firstTime);
  expect(b?.headers["nb-signature"]).not.toBe(a?.headers["nb-signature"]);
  const log = await instance.api(`/v1/webhook-events?endpoint=${endpoint.id}&status=delivered`);
  const { data } = z.object({ data: z.array(WebhookEvent) }).parse(await log.json());
  expect(data).toMatchObject([
    { endpoint: endpoint.id, attempt_count: 2, response_status: 200, next_attempt_at: null },
  ]);
});

test("after the sixth failure a delivery is dropped", async () => {
  const receiver = await receive(afterProbe(() => ({ status: 500 })));
  const endpoint = await register(receiver);
  await createSession();
  for (let attempt = 1; attempt <= 6; attempt++) {
    const { status } = await afterAttempt(endpoint.id, attempt);
    expect(status).toBe(attempt < 6 ? "failed" : "dropped");
    await makeDue(endpoint.id);
  }
  expect(await attemptsTo(endpoint.id)).toHaveLength(6);
  expect(receiver.received).toHaveLength(6);
});

test("the first 2 KiB of an answer are kept, whatever it is", async () => {
  const body = `${"é".repeat(1000)}\u0000${"x".repeat(100_000)}`;
  const receiver = await receive(afterProbe(() => ({ status: 400, body })));
  const endpoint = await register(receiver);
  await createSession();
  await afterAttempt(endpoint.id, 1);
  const [attempt] = await attemptsTo(endpoint.id);
  expect(attempt).toMatchObject({ number: 1, response_status: 400, problem: null });
  expect(attempt?.response_body).toBe(`${"é".repeat(1000)}\ufffd${"x".repeat(47)}`);
});

test("Retry-After lengthens the wait where it counts, and never shortens it", async () => {
  const plan = [
    { status: 503, after: "120", least: 120, most: 180 },
    { status: 429, after: new Date(Date.now() + 300_000).toUTCString(), least: 240, most: 360 },
    { status: 503, after: "1", least: 30, most: 90 },
    { status: 500, after: "120", least: 30, most: 90 },
    { status: 503, after: "999999999", least: 86_400, most: 86_500 },
    { status: 503, after: "Fri, 31 Dec 275000 23:59:59 GMT", least: 30, most: 86_500 },
  ];
  for (const { status, after, least, most } of plan) {
    const receiver = await receive(afterProbe(() => ({ status, headers: { "retry-after": after } })));
    const endpoint = await register(receiver);
    await createSession();
    const { next_attempt_at } = await afterAttempt(endpoint.id, 1);
    const wait_s = (next_attempt_at.getTime() - (receiver.received[0]?.at ?? 0)) / 1000;
    expect(wait_s).toBeGreaterThanOrEqual(least);
    expect(wait_s).toBeLessThan(most);
  }
});

test("a redirect is a failure and is not followed", async () => {
  const target = await receive();
  const receiver = await receive(afterProbe(() => ({ status: 307, headers: { location: `${target.url}/` } })));
  const endpoint = await register(receiver);
  await createSession();
  expect(await afterAttempt(endpoint.id, 1)).toMatchObject({ status: "failed", response_status: 307 });
  expect(target.received).toEqual([]);
});

test("410 pauses the endpoint at once; what comes meanwhile waits, and goes out when it is enabled", async () => {
  let gone = true;
  const receiver = await receive(afterProbe(() => ({ status: gone ? 410 : 200 })));
  const endpoint = await register(receiver);
  await createSession();
  await waitFor("the pause", async () => !(await endpointRow(endpoint.id)).active);
  await createSession();
  expect(await deliveriesTo(endpoint.id)).toMatchObject([
    { status: "failed" },
    { status: "pending", attempt_count: 0 },
  ]);
  const audited = await instance.testDatabase.database
    .selectFrom("audit_entries")
    .select("record")
    .where("record", "like", `%webhook_endpoint.disabled%${endpoint.id}%`)
    .execute();
  expect(audited).toHaveLength(1);
  gone = false;
  const enabled = await instance.api(`/v1/webhook-endpoints/${endpoint.id}`, {
    method: "PATCH",
    body: JSON.stringify({ active: true }),
  });
  expect(await enabled.json()).toMatchObject({ active: true });
  await makeDue(endpoint.id);
  await waitFor("both deliveries", async () => {
    const deliveries = await deliveriesTo(endpoint.id);
    return deliveries.every(({ status }) => status === "delivered");
  });
  expect(new Set(receiver.received.map(({ headers }) => headers["nb-event-id"])).size).toBe(2);
});

test("50 failures in a row disable an endpoint, but only once the first is an hour old", async () => {
  const receiver = await receive(afterProbe(() => ({ status: 500 })));
  const endpoint = await register(receiver);
  const failedBefore = (failures: number, minutes: number) =>
    instance.testDatabase.database
      .updateTable("webhook_endpoints")
      .set({ failures_in_a_row: failures, first_failure_at: new Date(Date.now() - minutes * 60_000) })
      .where("id", "=", endpoint.id)
      .execute();
  await failedBefore(80, 59);
  await createSession();
  await afterAttempt(endpoint.id, 1);
  expect(await endpointRow(endpoint.id)).toMatchObject({ active: true, failures_in_a_row: 81 });
  await failedBefore(48, 61);
  await makeDue(endpoint.id);
  await afterAttempt(endpoint.id, 2);
  expect(await endpointRow(endpoint.id)).toMatchObject({ active: true, failures_in_a_row: 49 });
  await makeDue(endpoint.id);
  await afterAttempt(endpoint.id, 3);
  expect(await endpointRow(endpoint.id)).toMatchObject({ active: false, failures_in_a_row: 50 });
  const { body_text, recipient } = await waitFor("the mail to the administrator", async () =>
    instance.testDatabase.database
      .selectFrom("outbox_messages")
      .select(["body_text", "recipient"])
      .where("link", "like", `%/console/admin/webhooks/${endpoint.id}`)
      .executeTakeFirst(),
  );
  expect(recipient).toBe(instance.credentials.admin.email);
  expect(body_text).toContain(receiver.url);
});

test("endpoints that never answer delay no other, and are sent no more than a few at once", async () => {
  const hanging = await receive(afterProbe(() => null));
  for (let count = 0; count < 12; count++) await register(hanging, CREATED, `/${count}`);
  const receiver = await receive();
  await register(receiver);
  for (let count = 0; count < 12; count++) await createSession();
  // Less than the 30 s that an attempt may hang.
  await waitFor("the healthy endpoint's deliveries", () => receiver.received.length === 12, 25_000);
  const perEndpoint = Map.groupBy(hanging.received, ({ path }) => path);
  expect(perEndpoint.size).toBe(12);
  expect(Math.max(...[...perEndpoint.values()].map((requests) => requests.length))).toBeLessThanOrEqual(8);
});

test("a payload that would be too large says where to read it", async () => {
  const receiver = await receive();
  const endpoint = await register(receiver, ["evidence.added"]);
  const session = await createSession();
  const { database } = instance.testDatabase;
  const { org_id } = await database
    .selectFrom("sessions")
    .select("org_id")
    .where("id", "=", session.id)
    .executeTakeFirstOrThrow();
  await inTransaction(database, (transaction) =>
    recordEvent(transaction, {
      org_id,
      session_id: session.id,
      type: "evidence.added",
      data: { id: "evd_1", title: "ř".repeat(131_000) },
      actor: { type: "system", id: "test" },
      object: { type: "evidence_item", id: "evd_1" },
    }),
  );
  const [received] = await waitFor("the event", () => receiver.received.length > 0 && receiver.received);
  const { data } = verifyDelivery(received as Received, endpoint.secret);
  expect(data).toEqual({
    id: "evd_1",
    object: "evidence_item",
    session_id: session.id,
    truncated: true,
    url: "/v1/evidence/evd_1",
  });
});

test("a deleted endpoint gets nothing more, and what waited for it is dropped", async () => {
  const receiver = await receive(afterProbe(() => ({ status: 500 })));
  const endpoint = await register(receiver);
  await createSession();
  await afterAttempt(endpoint.id, 1);
  expect((await instance.api(`/v1/webhooks/${endpoint.id}`, { method: "DELETE" })).status).toBe(204);
  expect((await instance.api(`/v1/webhooks/${endpoint.id}`)).status).toBe(404);
  expect(await deliveriesTo(endpoint.id)).toMatchObject([{ status: "dropped" }]);
  await createSession();
  expect(await deliveriesTo(endpoint.id)).toHaveLength(1);
});

test("a new endpoint is probed with a signed test event", async () => {
  const receiver = await receive();
  const headers = { "idempotency-key": "register" };
  const body = JSON.stringify({ url: receiver.url, description: "Claims" });
  const create = () => instance.api("/v1/webhook-endpoints", { method: "POST", headers, body });
  const created = await create();
  expect(created.status).toBe(201);
  const endpoint = CreatedWebhookEndpoint.parse(await created.json());
  endpoints.push(endpoint.id);
  expect(endpoint.signing_secret).toMatch(/^whsec_[0-9a-f]{64}$/);
  expect(receiver.received).toHaveLength(1);
  const probe = verifyDelivery(receiver.received[0] as Received, endpoint.signing_secret);
  expect(probe).toMatchObject({ type: "webhook.test", data: { test: true } });
  expect(await (await create()).json()).toEqual(endpoint);
  expect(receiver.received).toHaveLength(1);
  const read = await (await instance.api(`/v1/webhook-endpoints/${endpoint.id}`)).json();
  expect(read).toMatchObject({ secret_prefix: endpoint.signing_secret.slice(6, 12), description: "Claims" });
  expect(read).not.toHaveProperty("signing_secret");
});

test.each<[string, () => Promise<string>]>([
  ["that answers 500", async () => (await receive(() => ({ status: 500 }))).url],
  ["that redirects", async () => (await receive(() => ({ status: 302, headers: { location: "/" } }))).url],
  ["where nothing listens", async () => `http://127.0.0.1:${await freePort()}`],
  ["whose name nobody knows", async () => "https://nowhere.invalid/"],
  ["in a private network", async () => "https://192.168.0.1/"],
  ["with a password in it", async () => (await receive()).url.replace("//", "//user:secret@")],
  ["with a NUL in it", async () => `${(await receive()).url}/\u0000`],
  ["of another protocol", async () => "ftp://hooks.example.org/"],
])("an address %s is not taken, at creation or later", async (_name, address) => {
  const url = await address();
  const refused = await instance.api("/v1/webhook-endpoints", { method: "POST", body: JSON.stringify({ url }) });
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ code: "validation_error", param: "url" });
  const { id } = await register(await receive());
  const changed = await instance.api(`/v1/webhook-endpoints/${id}`, { method: "PATCH", body: JSON.stringify({ url }) });
  expect(changed.status).toBe(400);
});

test("an endpoint can move to an address that answers, and an empty change changes nothing", async () => {
  const [before, after] = [await receive(), await receive()];
  const endpoint = await register(before);
  const patch = (change: object) =>
    instance.api(`/v1/webhook-endpoints/${endpoint.id}`, { method: "PATCH", body: JSON.stringify(change) });
  const moved = await patch({ url: after.url });
  expect(await moved.json()).toMatchObject({ url: after.url, event_types: CREATED });
  expect(verifyDelivery(after.received[0] as Received, endpoint.secret).type).toBe("webhook.test");
  expect(await (await patch({})).json()).toMatchObject({ url: after.url });
  await createSession();
  await waitFor("the event", () => after.received.length === 2);
  expect(before.received).toEqual([]);
});

test.each([
  ["http://192.168.0.1/", "callbacks.session.created"],
  ["https://[::ffff:10.0.0.1]/", "callbacks.session.created"],
  ["https://user@hooks.example.org/", "callbacks.session.created"],
  ["https://hooks.example.org/\u0000", "callbacks.session.created"],
])("a callback to %j is a 400 that names it", async (url, param) => {
  const body = { type: "field_inspection", reference: "R", participant: { name: "M", channel: "link" } };
  const response = await instance.api("/v1/sessions", {
    method: "POST",
    body: JSON.stringify({ ...body, callbacks: { "session.created": url } }),
  });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "validation_error", param });
});

test("the log of both processes holds no secret", () => {
  const lines = [...instance.child("server").lines, ...instance.child("workers").lines].join("\n");
  expect(lines).toContain('"delivery"');
  expect(lines).not.toMatch(/whsec_|v1=[0-9a-f]{64}/);
  expect(lines).not.toContain(instance.credentials.api_key);
});
