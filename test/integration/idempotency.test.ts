import type { AddressInfo } from "node:net";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { connectDatabase } from "@nexbasira/core/database/database.ts";
import { createLogger } from "@nexbasira/core/log/logger.ts";
import { encryptFernet, newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import express from "express";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerOnce } from "../../server/http/idempotency.ts";
import { problemHandler } from "../../server/http/problem.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

const masterKeys = [newFernetKey()];
let testDatabase: TestDatabase;
let close: () => Promise<unknown>;
let url: string;
/** What the effect does, and what has to come before it; each test sets its own. */
let effect = async () => {};
let before: (() => Promise<void>) | undefined;
let effects = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  const { database } = testDatabase;
  const context = { database, configuration: { masterKeys } };
  const app = express().use(express.json());
  app.post("/v1/:thing", async (request, response) => {
    const actor = { type: "api_key" as const, id: request.get("authorization") ?? "" };
    const caller = { org_id: 1, mode: null, actor, permissions: new Set<string>(), member: null };
    await answerOnce(context, { request, response, caller }, 201, {
      ...(before ? { before } : {}),
      effect: async (transaction) => {
        effects++;
        const slug = `${request.body.name} ${effects}`;
        await transaction.insertInto("organizations").values({ name: request.body.name, slug }).execute();
        await effect();
        return { number: effects, signing_secret: "whsec_confidential" };
      },
    });
  });
  app.use(problemHandler(createLogger("test", "fatal")));
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  await close();
  await testDatabase.close();
});

function post(name: string, options: { key?: string; caller?: string; thing?: string } = {}): Promise<Response> {
  const { key, caller = "key_1", thing = "things" } = options;
  return fetch(`${url}/v1/${thing}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization: caller,
      ...(key === undefined ? {} : { "idempotency-key": key }),
    },
    body: JSON.stringify({ name }),
  });
}

async function madeBy(name: string): Promise<number> {
  const rows = await testDatabase.database.selectFrom("organizations").select("id").where("name", "=", name).execute();
  return rows.length;
}

test("the same key and body again get the first answer, word for word", async () => {
  const first = await post("replayed", { key: "a" });
  const again = await post("replayed", { key: "a" });
  expect([first.status, again.status]).toEqual([201, 201]);
  expect(first.headers.get("idempotent-replayed")).toBeNull();
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(await again.text()).toBe(await first.text());
  expect(await madeBy("replayed")).toBe(1);
});

test("a key belongs to its caller and route", async () => {
  await post("scoped", { key: "b" });
  await post("scoped", { key: "b", caller: "key_2" });
  await post("scoped", { key: "b", thing: "others" });
  await post("scoped", { key: "b" });
  expect(await madeBy("scoped")).toBe(3);
});

test("without a key every request has its effect", async () => {
  await post("free");
  await post("free");
  expect(await madeBy("free")).toBe(2);
});

test("another body under the same key is refused", async () => {
  await post("first body", { key: "c" });
  const other = await post("second body", { key: "c" });
  expect(other.status).toBe(422);
  expect(await other.json()).toMatchObject({ code: "idempotency_key_reused" });
  expect(await madeBy("second body")).toBe(0);
});

test("while the first request runs, a second one is told so", async () => {
  const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: hasBegun, resolve: begun } = Promise.withResolvers<void>();
  effect = () => {
    begun();
    return mayGoOn;
  };
  const first = post("running", { key: "d" });
  await hasBegun;
  const second = await post("running", { key: "d" });
  expect(second.status).toBe(409);
  expect(await second.json()).toMatchObject({ code: "idempotency_in_progress" });
  goOn();
  effect = async () => {};
  expect((await first).status).toBe(201);
  expect((await post("running", { key: "d" })).headers.get("idempotent-replayed")).toBe("true");
  expect(await madeBy("running")).toBe(1);
});

test.each([
  ["that is the caller's fault", new AppError("conflict", "No."), 409],
  ["that is ours", new Error("broken"), 500],
])("a failure %s leaves nothing behind, and may be tried again", async (name, error, status) => {
  const key = `failure-${status}`;
  effect = () => Promise.reject(error);
  expect((await post(name, { key })).status).toBe(status);
  expect(await madeBy(name)).toBe(0);
  effect = async () => {};
  const again = await post(name, { key });
  expect(again.status).toBe(201);
  expect(again.headers.get("idempotent-replayed")).toBeNull();
  expect(await madeBy(name)).toBe(1);
});

test("what comes before holds no connection, is not done for a stored answer, and its failure is not stored", async () => {
  let calls = 0;
  const narrow = connectDatabase(testDatabase.url, {
    maxConnections: 1,
    onIdleError: (error) => expect.fail(error.message),
  });
  before = async () => {
    calls++;
    if (calls === 1) throw new AppError("validation_error", "The receiver does not answer.");
    const { rows } = await sql<{ count: number }>`
      select count(*) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`.execute(narrow);
    expect(rows[0]?.count).toBe(0);
  };
  expect((await post("probed", { key: "e" })).status).toBe(400);
  expect((await post("probed", { key: "e" })).status).toBe(201);
  expect((await post("probed", { key: "e" })).headers.get("idempotent-replayed")).toBe("true");
  expect(calls).toBe(2);
  expect((await post("another", { key: "e" })).status).toBe(422);
  expect(calls).toBe(2);
  before = undefined;
  await narrow.destroy();
});

test("a stored answer is encrypted, is forgotten after a day, and leaves the table then", async () => {
  const { database } = testDatabase;
  await post("old", { key: "f" });
  const stored = await database.selectFrom("idempotency_keys").select("response_body").execute();
  expect(stored.length).toBeGreaterThan(0);
  expect(stored.some(({ response_body }) => response_body.includes("confidential"))).toBe(false);
  await database
    .updateTable("idempotency_keys")
    .set({ created_at: new Date(Date.now() - 24 * 3600 * 1000 - 1000) })
    .where("key", "in", ["f", "a"])
    .execute();
  expect((await post("old, but another body", { key: "f" })).status).toBe(201);
  const keys = await database.selectFrom("idempotency_keys").select("key").execute();
  expect(keys.map(({ key }) => key)).toContain("f");
  expect(keys.map(({ key }) => key)).not.toContain("a");
});

test("an answer that was encrypted more than a day ago is not replayed, whatever its row says", async () => {
  await post("brought back", { key: "g" });
  const old = encryptFernet(masterKeys, '{"number":0}', Date.now() - 24 * 3600 * 1000 - 61_000);
  await testDatabase.database
    .updateTable("idempotency_keys")
    .set({ response_body: old })
    .where("key", "=", "g")
    .execute();
  const answer = await post("brought back", { key: "g" });
  expect(answer.status).toBe(500);
  expect(answer.headers.get("idempotent-replayed")).toBeNull();
  expect(await madeBy("brought back")).toBe(1);
});

test("a key has 1 to 255 characters", async () => {
  expect((await post("long", { key: "k".repeat(255) })).status).toBe(201);
  for (const key of ["", "k".repeat(256)]) {
    const answer = await post("longer", { key });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: "validation_error", param: "Idempotency-Key" });
  }
});
