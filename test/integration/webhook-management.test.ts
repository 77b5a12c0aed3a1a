import { Session } from "@nexbasira/core/contract/session.ts";
import {
  CreatedWebhookEndpoint,
  UpdatedWebhookEndpoint,
  WebhookEvent,
  WebhookEventDetail,
} from "@nexbasira/core/contract/webhook.ts";
import { CallbackSecret, RotatedCallbackSecret, WebhookStatistics } from "@nexbasira/core/contract/webhook-console.ts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
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

/** A registered endpoint; its receiver answers the probe with 200, then what `answer` says, and has forgotten the probe. */
async function register(answer?: (received: Received) => ReceiverAnswer) {
  let probed = false;
  const receiver = await startReceiver((received) => (probed && answer ? answer(received) : { status: 200 }));
  receivers.push(receiver);
  const body = { url: receiver.url, event_types: ["session.created"] };
  const endpoint = await instance.post("/v1/webhook-endpoints", body, CreatedWebhookEndpoint);
  probed = true;
  endpoints.push(endpoint.id);
  receiver.received.length = 0;
  return { ...endpoint, receiver };
}

async function change(id: string, body: object): Promise<UpdatedWebhookEndpoint> {
  const response = await instance.api(`/v1/webhook-endpoints/${id}`, { method: "PATCH", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return UpdatedWebhookEndpoint.parse(await response.json());
}

const post = (path: string, body: object = {}) =>
  instance.api(`/v1${path}`, { method: "POST", body: JSON.stringify(body) });

async function fire(id: string): Promise<WebhookEvent> {
  const response = await post(`/webhook-endpoints/${id}/test`);
  expect(response.status).toBe(202);
  return WebhookEvent.parse(await response.json());
}

async function detail(id: string): Promise<WebhookEventDetail> {
  return WebhookEventDetail.parse(await (await instance.api(`/v1/webhook-events/${id}`)).json());
}

/** The delivery once it is in this state. */
function inState(id: string, status: WebhookEvent["status"]): Promise<WebhookEventDetail> {
  return waitFor(`${id} to be ${status}`, async () => {
    const found = await detail(id);
    return found.status === status ? found : undefined;
  });
}

async function nextDelivery({ receiver }: { receiver: Receiver }): Promise<Received> {
  const before = receiver.received.length;
  return waitFor("a delivery", () => receiver.received[before]);
}

function signedBy(received: Received, secret: string): boolean {
  try {
    verifyDelivery(received, secret);
    return true;
  } catch {
    return false;
  }
}

function createSession(): Promise<Session> {
  const participant = { name: "Marie L.", channel: "link" };
  return instance.post("/v1/sessions", { type: "field_inspection", reference: "INS-1", participant }, Session);
}

test("a test fire is signed, tagged as a test, logged with its answer, and sent whatever is subscribed to", async () => {
  const answer = { status: 202, headers: { "x-queue": "7", "set-cookie": "a=b" }, body: "taken" };
  const endpoint = await register(() => answer);
  const delivery = await fire(endpoint.id);
  expect(delivery).toMatchObject({ endpoint: endpoint.id, event_type: "webhook.test" });
  const done = await inState(delivery.id, "delivered");
  const [received] = endpoint.receiver.received;
  expect(verifyDelivery(received as Received, endpoint.signing_secret)).toMatchObject({
    id: delivery.event_id,
    type: "webhook.test",
    data: { test: true },
  });
  expect(done.payload).toEqual(JSON.parse(received?.body ?? ""));
  expect(done.url).toBe(endpoint.url);
  expect(done.attempts).toHaveLength(1);
  expect(done.attempts[0]).toMatchObject({ number: 1, response_status: 202, response_body: "taken", problem: null });
  expect(done.attempts[0]?.response_headers).toMatchObject({ "x-queue": "7" });
  expect(done.attempts[0]?.response_headers).not.toHaveProperty("set-cookie");
  expect(done.attempts[0]?.request_headers).toMatchObject({
    "nb-event-id": delivery.event_id,
    "nb-delivery-attempt": "1",
    "nb-signature": "…",
    "webhook-signature": "…",
  });
});

test("a test fire that fails is not tried again", async () => {
  const endpoint = await register(() => ({ status: 500, body: "broken" }));
  const delivery = await fire(endpoint.id);
  const done = await inState(delivery.id, "dropped");
  expect(done).toMatchObject({ response_status: 500, attempt_count: 1, next_attempt_at: null });
});

test("a paused endpoint is not fired at", async () => {
  const endpoint = await register();
  await change(endpoint.id, { active: false });
  const response = await post(`/webhook-endpoints/${endpoint.id}/test`);
  expect(response.status).toBe(409);
  expect(await response.json()).toMatchObject({ code: "endpoint_paused" });
});

test("after a rotation both secrets sign for 24 hours, and the new one is shown once", async () => {
  const endpoint = await register();
  const rotated = await change(endpoint.id, { rotate_secret: true });
  expect(rotated.signing_secret).toMatch(/^whsec_[0-9a-f]{64}$/);
  expect(rotated.secret_prefix).toBe(rotated.signing_secret?.slice(6, 12));
  const hours = (Date.parse(rotated.previous_secret_expires_at ?? "") - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
  const delivered = nextDelivery(endpoint);
  await fire(endpoint.id);
  const received = await delivered;
  expect(signedBy(received, endpoint.signing_secret)).toBe(true);
  expect(signedBy(received, rotated.signing_secret ?? "")).toBe(true);
  const read = await instance.api(`/v1/webhook-endpoints/${endpoint.id}`);
  expect(await read.json()).not.toHaveProperty("signing_secret");
});

test("a second rotation within the 24 hours ends the oldest secret", async () => {
  const endpoint = await register();
  const second = await change(endpoint.id, { rotate_secret: true });
  const third = await change(endpoint.id, { rotate_secret: true });
  const delivered = nextDelivery(endpoint);
  await fire(endpoint.id);
  const received = await delivered;
  expect(signedBy(received, endpoint.signing_secret)).toBe(false);
  expect(signedBy(received, second.signing_secret ?? "")).toBe(true);
  expect(signedBy(received, third.signing_secret ?? "")).toBe(true);
});

test.each([
  ["at the rotation", [{ rotate_secret: true, revoke_previous_secrets: true }]],
  ["within the 24 hours", [{ rotate_secret: true }, { revoke_previous_secrets: true }]],
])("a secret that has leaked can be ended %s", async (_when, changes) => {
  const endpoint = await register();
  let newest: string | undefined;
  for (const body of changes) newest = (await change(endpoint.id, body)).signing_secret ?? newest;
  const delivered = nextDelivery(endpoint);
  await fire(endpoint.id);
  const received = await delivered;
  expect(signedBy(received, endpoint.signing_secret)).toBe(false);
  expect(signedBy(received, newest ?? "")).toBe(true);
  const read = await instance.api(`/v1/webhook-endpoints/${endpoint.id}`);
  expect(await read.json()).toMatchObject({ previous_secret_expires_at: null });
});

test("a delivery is sent again under the same event id, and its schedule starts anew", async () => {
  const endpoint = await register(() => ({ status: 503 }));
  const waiting = nextDelivery(endpoint);
  await createSession();
  const first = await waiting;
  const id = await waitFor("the delivery", async () => {
    const list = await (await instance.api(`/v1/webhook-events?endpoint=${endpoint.id}&status=failed`)).json();
    return WebhookEvent.array().parse(list.data)[0]?.id;
  });
  const database = instance.testDatabase.database;
  await database.updateTable("deliveries").set({ attempt_count: 5 }).where("id", "=", id).execute();
  const again = nextDelivery(endpoint);
  const response = await post(`/webhook-events/${id}/resend`);
  expect(response.status).toBe(202);
  const second = await again;
  expect(second.headers["nb-event-id"]).toBe(first.headers["nb-event-id"]);
  expect(second.body).toBe(first.body);
  const failed = await inState(id, "failed");
  const wait_s = (Date.parse(failed.next_attempt_at ?? "") - Date.now()) / 1000;
  // Half a minute from the attempt, of which some has gone by.
  expect(wait_s).toBeGreaterThan(5);
  expect(wait_s).toBeLessThan(34);
});

test("all that match are sent again, and nothing else", async () => {
  const [one, other] = [await register(), await register()];
  await createSession();
  await createSession();
  await waitFor("the deliveries", () => one.receiver.received.length === 2 && other.receiver.received.length === 2);
  await waitFor("them to be written down", async () => {
    const list = await (await instance.api(`/v1/webhook-events?endpoint=${one.id}&status=delivered`)).json();
    return WebhookEvent.array().parse(list.data).length === 2;
  });
  const answer = await post("/webhook-events/resend", { endpoint: one.id, event_type: "session.created" });
  expect(answer.status).toBe(202);
  expect(await answer.json()).toEqual({ resent: 2 });
  await waitFor("both once more", () => one.receiver.received.length === 4);
  expect(new Set(one.receiver.received.map(({ headers }) => headers["nb-event-id"])).size).toBe(2);
  expect(other.receiver.received).toHaveLength(2);
  const past = await post("/webhook-events/resend", { endpoint: one.id, created_before: "2020-01-01T00:00:00Z" });
  expect(await past.json()).toEqual({ resent: 0 });
});

test.each([
  ["nothing to match", {}],
  ["an unknown state", { status: "lost" }],
  ["an unknown member", { colour: "red" }],
])("%s is refused", async (_name, body) => {
  const response = await post("/webhook-events/resend", body);
  expect(response.status).toBe(400);
});

test("nothing is sent again to an endpoint that is paused or gone", async () => {
  const endpoint = await register();
  const delivery = await fire(endpoint.id);
  await inState(delivery.id, "delivered");
  await change(endpoint.id, { active: false });
  expect((await post(`/webhook-events/${delivery.id}/resend`)).status).toBe(409);
  await instance.api(`/v1/webhook-endpoints/${endpoint.id}`, { method: "DELETE" });
  expect((await post(`/webhook-events/${delivery.id}/resend`)).status).toBe(409);
  expect(await (await post("/webhook-events/resend", { endpoint: endpoint.id })).json()).toEqual({ resent: 0 });
  expect((await post("/webhook-events/wev-00000000000000000000000000/resend")).status).toBe(404);
});

/** A call of the console's own API by the administrator. */
async function asAdministrator(path: string, body?: object): Promise<Response> {
  const post = body ? { method: "POST", body: JSON.stringify(body) } : {};
  return fetch(`${instance.url}/console/api${path}`, { headers: await signIn(instance), ...post });
}

test("the secret of callbacks is rotated as an endpoint's is", async () => {
  const receiver = await startReceiver();
  receivers.push(receiver);
  const before = CallbackSecret.parse(await (await asAdministrator("/callback-secret")).json());
  expect(before.secret_prefix).toBe(instance.credentials.webhook_secret.slice(6, 12));
  const answer = await asAdministrator("/callback-secret/rotations", {});
  expect(answer.status).toBe(201);
  const rotated = RotatedCallbackSecret.parse(await answer.json());
  expect(rotated.previous_secret_expires_at).not.toBeNull();
  const participant = { name: "Marie L.", channel: "link" };
  const callbacks = { "session.created": receiver.url };
  const body = { type: "field_inspection", reference: "INS-callback", participant, callbacks };
  await instance.post("/v1/sessions", body, Session);
  const received = await waitFor("the callback", () => receiver.received[0]);
  expect(signedBy(received, rotated.signing_secret)).toBe(true);
  expect(signedBy(received, instance.credentials.webhook_secret)).toBe(true);
  const after = CallbackSecret.parse(await (await asAdministrator("/callback-secret")).json());
  expect(after.secret_prefix).toBe(rotated.signing_secret.slice(6, 12));
});

test("attempts are counted by the hour and the day, with their times", async () => {
  const endpoint = await register(() => ({ status: 500 }));
  const delivery = await fire(endpoint.id);
  await inState(delivery.id, "dropped");
  for (const [span, steps] of [
    ["day", 24],
    ["month", 30],
  ] as const) {
    const path = `/webhook-statistics?span=${span}&endpoint=${endpoint.id}`;
    const { data } = WebhookStatistics.parse(await (await asAdministrator(path)).json());
    expect(data).toHaveLength(steps);
    expect(data.at(-1)).toMatchObject({ succeeded: 0, failed: 1 });
    expect(data.at(-1)?.p95_ms).toBeGreaterThanOrEqual(0);
    expect(data[0]).toMatchObject({ succeeded: 0, failed: 0, p50_ms: null });
  }
});
