import { createServer, type Server } from "node:net";
import { hostname } from "node:os";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { insertDeliveries, insertEvent } from "@nexbasira/core/database/events.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { insertWebhookEndpoints, insertWebhookSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { encryptFernet, newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent } from "@nexbasira/core/webhooks/post-payload.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { DeliveryLoop } from "../../workers/deliveries/delivery-loop.ts";
import { Instance } from "../helpers/instance.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";
import { waitFor } from "../helpers/wait-for.ts";

const masterKeys = [newFernetKey()];
let testDatabase: TestDatabase;
let orgId: number;
/** Listens on every address of this machine, and notes each connection: none may ever come. */
let canary: Server;
let port: number;
let connections = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const { id } = await inTransaction(testDatabase.database, (transaction) =>
    insertOrganization(transaction, { name: "A", slug: "a" }),
  );
  orgId = id;
  canary = createServer((socket) => {
    connections++;
    socket.resume().end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve) => canary.listen(0, "::", resolve));
  const address = canary.address();
  port = typeof address === "object" && address ? address.port : 0;
});
beforeEach(() => {
  connections = 0;
});
afterAll(async () => {
  await new Promise((resolve) => canary.close(resolve));
  await testDatabase.close();
});

/** One event to be delivered to each URL, with secrets that these keys open; the event's id. */
async function enqueue(urls: readonly string[], keys = masterKeys): Promise<string> {
  const event_id = newId("event");
  const encrypted = encryptFernet(keys, newSigningSecret());
  await inTransaction(testDatabase.database, async (transaction) => {
    await insertEvent(transaction, { id: event_id, org_id: orgId, type: "session.created", data: "{}" });
    for (const url of urls) {
      const endpoint_id = newId("webhookEndpoint");
      await insertWebhookEndpoints(transaction, [
        { id: endpoint_id, org_id: orgId, mode: "test", url, event_types: [] },
      ]);
      await insertWebhookSecret(transaction, { org_id: orgId, endpoint_id, encrypted, prefix: "" });
      await insertDeliveries(transaction, [
        { id: newId("delivery"), org_id: orgId, mode: "test", endpoint_id, event_id, event_type: "session.created" },
      ]);
    }
  });
  return event_id;
}

function openLoop({ ranges = [] as string[], allowHttp = true } = {}) {
  const guard = new AddressGuard(ranges);
  const agent = createReceiverAgent(guard);
  const log = createLogger("test", "fatal");
  // Nothing here fails so often that somebody were to be told.
  const jobs = new JobQueue({ databaseUrl: testDatabase.url, works: false, onError: (error) => log.error(error) });
  const loop = new DeliveryLoop({ database: testDatabase.database, jobs, masterKeys, log, agent, guard, allowHttp });
  loop.start();
  return { loop, close: () => loop.close().then(() => agent.close()) };
}

/** Delivers one event to each URL, with only these private ranges permitted; what was noted of each attempt. */
async function deliver(urls: readonly string[], permitted: Parameters<typeof openLoop>[0] = {}, keys = masterKeys) {
  const eventId = await enqueue(urls, keys);
  const { close } = openLoop(permitted);
  const attempts = await waitFor("every attempt", async () => {
    const rows = await testDatabase.database
      .selectFrom("delivery_attempts")
      .innerJoin("deliveries", "deliveries.id", "delivery_attempts.delivery_id")
      .innerJoin("webhook_endpoints", "webhook_endpoints.id", "deliveries.endpoint_id")
      .select(["url", "delivery_attempts.response_status", "problem"])
      .where("event_id", "=", eventId)
      .execute();
    return rows.length === urls.length && rows;
  });
  await close();
  return attempts;
}

const literals = () =>
  [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
  ].map((host) => `http://${host}:${port}/`);
const names = () => ["localhost", "LOCALHOST", "localhost.", hostname()].map((host) => `http://${host}:${port}/`);

test("without permission no spelling of this machine's address is ever connected to", async () => {
  const attempts = await deliver(literals());
  expect(attempts).toHaveLength(literals().length);
  for (const { response_status, problem } of attempts) {
    expect(response_status).toBeNull();
    expect(problem).toBe("the URL leads to an address that is not public");
  }
  expect(connections).toBe(0);
});

test("without permission no name that leads to this machine is ever connected to", async () => {
  for (const { url, response_status, problem } of await deliver(names())) {
    expect(response_status).toBeNull();
    // A name that this machine does not know at all is no danger either.
    expect(problem, url).toMatch(/^EADDRREFUSED: the address is not public$|ENOTFOUND|EAI_AGAIN/);
  }
  expect(connections).toBe(0);
});

test("an operator's permission opens what it names and nothing else", async () => {
  const ranges = ["127.0.0.0/8"];
  const urls = [`http://127.0.0.1:${port}/`, `http://[::ffff:127.0.0.1]:${port}/`, `http://[::1]:${port}/`];
  const statuses = new Map((await deliver(urls, { ranges })).map(({ url, response_status }) => [url, response_status]));
  expect(urls.map((url) => statuses.get(url))).toEqual([200, 200, null]);
  expect(connections).toBe(2);
});

test("where http is not permitted, nothing is sent in the clear", async () => {
  const attempts = await deliver([`http://127.0.0.1:${port}/`], { ranges: ["127.0.0.0/8"], allowHttp: false });
  expect(attempts).toMatchObject([{ response_status: null, problem: "the URL is not https" }]);
  expect(connections).toBe(0);
});

test("without a secret that can be read nothing is sent, for nobody could trust it", async () => {
  const attempts = await deliver([`http://127.0.0.1:${port}/`], { ranges: ["127.0.0.0/8"] }, [newFernetKey()]);
  expect(attempts).toMatchObject([{ response_status: null, problem: "there is no secret to sign with" }]);
  expect(connections).toBe(0);
});

test("a loop that is closed while a receiver hangs gives the delivery back", async () => {
  const hanging = createServer((socket) => socket.resume().on("error", () => undefined));
  await new Promise<void>((resolve) => hanging.listen(0, "127.0.0.1", resolve));
  const address = hanging.address();
  const connected = new Promise((resolve) => hanging.once("connection", resolve));
  const eventId = await enqueue([`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`]);
  const { loop, close } = openLoop({ ranges: ["127.0.0.0/8"] });
  await connected;
  const begun = Date.now();
  await Promise.all([loop.close(), close()]);
  expect(Date.now() - begun).toBeLessThan(15_000);
  const deliveries = await testDatabase.database
    .selectFrom("deliveries")
    .selectAll()
    .where("event_id", "=", eventId)
    .execute();
  expect(deliveries).toMatchObject([{ status: "pending", attempt_count: 0, leased_until: null }]);
  await new Promise((resolve) => hanging.close(resolve));
});

test("a server in production takes neither http nor private addresses, for endpoints and for callbacks", async () => {
  const instance = await Instance.start(["server"], { NEXBASIRA_MODE: "production" });
  const create = async (path: string, body: object) => {
    const response = await instance.api(path, { method: "POST", body: JSON.stringify(body) });
    return { status: response.status, problem: await response.json() };
  };
  const participant = { name: "M", channel: "link" };
  const inspection = { type: "field_inspection", reference: "INS-1", participant };
  const urls = [`http://127.0.0.1:${port}/`, `https://127.0.0.1:${port}/`, `https://[::ffff:127.0.0.1]:${port}/`];
  for (const url of [...urls, "http://hooks.example.org/"]) {
    const endpoint = await create("/v1/webhook-endpoints", { url });
    expect(endpoint).toMatchObject({ status: 400, problem: { code: "validation_error", param: "url" } });
    const callbacks = { "session.created": url };
    const session = await create("/v1/sessions", { ...inspection, callbacks });
    const param = "callbacks.session.created";
    expect(session).toMatchObject({ status: 400, problem: { code: "validation_error", param } });
  }
  const named = await create("/v1/webhook-endpoints", { url: `https://localhost:${port}/` });
  expect(named).toMatchObject({ status: 400, problem: { code: "validation_error", param: "url" } });
  expect(connections).toBe(0);
  await instance.stop();
});
