import { Problem } from "@nexbasira/core/contract/common.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RateLimits } from "../../server/http/rate-limits.ts";
import { createApiKey, hashApiSecret, newApiSecret } from "../../server/identity/create-api-key.ts";
import { Child } from "../helpers/child.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { RedisServer } from "../helpers/redis-server.ts";
import { signIn } from "../helpers/sign-in.ts";
import { SlowPath } from "../helpers/slow-path.ts";
import { waitFor } from "../helpers/wait-for.ts";

const LIMIT = 10;
const ADDRESS_LIMIT = 5;
/** What a request may take while Redis is not well: far more than it does, on a machine with other work. */
/** Also on a machine that has other things to do: a wait for Redis in each of the requests would take far longer. */
const SOON_MS = 6_000;

let redis: RedisServer;
let instance: Instance;
let second: Child;
let urls: [string, string];

beforeAll(async () => {
  redis = await RedisServer.start();
  instance = await Instance.start(["server"], {
    REDIS_URL: redis.url,
    RATE_LIMIT_KEY: String(LIMIT),
    RATE_LIMIT_ADDRESS: String(ADDRESS_LIMIT),
  });
  const port = await freePort();
  second = new Child("server/main.ts", { ...instance.environment, PORT: String(port) });
  urls = [instance.url, `http://localhost:${port}`];
  await waitFor("the second server", async () => (await fetch(`${urls[1]}/readyz`)).ok, 30_000);
  await waitForCountingTogether();
});

afterAll(async () => {
  await second?.stop();
  await instance?.stop();
  await redis?.stop();
});

async function newKey(): Promise<string> {
  const { database } = instance.testDatabase;
  const { id: org_id } = await database.selectFrom("organizations").select("id").executeTakeFirstOrThrow();
  const secret = newApiSecret("test");
  const actor = { type: "system" as const, id: "test" };
  const key = { org_id, actor, name: "Limited", mode: "test" as const, scopes: Scope.options, secret };
  await inTransaction(database, (transaction) => createApiKey(transaction, key));
  return secret;
}

let addresses = 0;
/** An address that no other test comes from. */
function newAddress(): string {
  addresses++;
  return `198.51.100.${addresses}`;
}

interface Asked {
  key?: string;
  /** What the proxy says of where the request comes from. */
  from?: string;
  path?: string;
  method?: string;
  body?: string;
}

/** One request to one of the two servers, and what its answer says of limits. */
async function ask(
  server: 0 | 1,
  { key, from = newAddress(), path = "/v1/sessions?limit=1", method = "GET", body }: Asked,
) {
  const headers = new Headers({ "x-forwarded-for": from });
  if (key !== undefined) headers.set("authorization", `Bearer ${key}`);
  if (body !== undefined) headers.set("content-type", "application/json");
  const begun = performance.now();
  const response = await fetch(`${urls[server]}${path}`, { method, headers, body: body ?? null });
  const header = (name: string) => {
    const value = response.headers.get(name);
    return value === null ? null : Number(value);
  };
  return {
    status: response.status,
    limit: header("x-ratelimit-limit"),
    remaining: header("x-ratelimit-remaining"),
    reset: header("x-ratelimit-reset"),
    retryAfter: header("retry-after"),
    body: await response.text(),
    took_ms: performance.now() - begun,
  };
}

/** Both servers have found Redis: what one counts, the other sees. */
async function waitForCountingTogether(): Promise<void> {
  await waitFor("the servers to count together", async () => {
    const from = newAddress();
    const [here, there] = [await ask(0, { from }), await ask(1, { from })];
    return here.remaining === ADDRESS_LIMIT - 1 && there.remaining === ADDRESS_LIMIT - 2;
  });
}

test("two servers of one installation hold one limit together", async () => {
  const key = await newKey();
  for (let count = 1; count <= LIMIT; count++) {
    expect(await ask(count % 2 ? 0 : 1, { key })).toMatchObject({
      status: 200,
      limit: LIMIT,
      remaining: LIMIT - count,
    });
  }
  for (const server of [0, 1, 0] as const) {
    const { status, remaining, reset, retryAfter, body } = await ask(server, { key });
    expect({ status, remaining }).toEqual({ status: 429, remaining: 0 });
    expect(Problem.parse(JSON.parse(body))).toMatchObject({ code: "rate_limited", status: 429 });
    expect(reset).toBeGreaterThan(0);
    expect(reset).toBeLessThanOrEqual(60);
    expect(retryAfter).toBe(reset);
  }
  expect(await ask(1, { key: await newKey() })).toMatchObject({ status: 200, remaining: LIMIT - 1 });
});

test("of requests sent to both servers at once no more are taken than the limit permits", async () => {
  const key = await newKey();
  const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(index % 2 ? 0 : 1, { key })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - LIMIT);
});

test("when its window has ended, a key goes on", async () => {
  const key = await newKey();
  for (let count = 0; count < LIMIT; count++) await ask(0, { key });
  const { id } = await instance.testDatabase.database
    .selectFrom("api_keys")
    .select("id")
    .where("secret_hash", "=", hashApiSecret(key))
    .executeTakeFirstOrThrow();
  const counter = `nexbasira:requests:api_key:${id}`;
  expect(await redis.client.get(counter)).toBe(String(LIMIT));
  const left = await redis.client.pttl(counter);
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(60_000);
  await redis.client.pexpire(counter, 1);
  await waitFor("the window's end", async () => (await redis.client.exists(counter)) === 0);
  expect(await ask(1, { key })).toMatchObject({ status: 200, remaining: LIMIT - 1, reset: 60 });
});

test.each([
  ["without a key", 401, {}, ADDRESS_LIMIT],
  ["to nowhere without a key", 401, { path: "/v1/nothing" }, ADDRESS_LIMIT],
  ["for the description", 200, { path: "/v1/openapi.json" }, ADDRESS_LIMIT],
])("a request %s is answered by %i and counted for its address", async (_name, status, request, limit) => {
  const from = newAddress();
  expect(await ask(0, { from, ...request })).toMatchObject({ status, limit, remaining: limit - 1 });
  expect(await ask(1, { from, ...request })).toMatchObject({ status, limit, remaining: limit - 2 });
});

test.each([
  ["for something that is not there", 404, { path: "/v1/sessions/sess_nothing" }],
  ["to nowhere", 404, { path: "/v1/nothing" }],
  ["that cannot be read", 400, { path: "/v1/sessions?limit=x" }],
  ["with a broken body", 400, { path: "/v1/sessions", method: "POST", body: "{" }],
  ["by a method that is not answered", 405, { method: "PATCH" }],
  ["on the other base path", 200, { path: "/api/v1/public/sessions" }],
])("a key's request %s is answered by %i and counted for the key", async (_name, status, request) => {
  const key = await newKey();
  expect(await ask(0, { key, ...request })).toMatchObject({ status, limit: LIMIT, remaining: LIMIT - 1 });
});

test("after too many wrong keys from an address both servers refuse the right one from there, and from there alone", async () => {
  const key = await newKey();
  const from = newAddress();
  for (let count = 0; count < ADDRESS_LIMIT; count++) {
    expect((await ask(0, { key: newApiSecret("test"), from })).status).toBe(401);
  }
  for (const server of [0, 1] as const) {
    expect((await ask(server, { key: newApiSecret("test"), from })).status).toBe(429);
    expect(await ask(server, { key, from })).toMatchObject({ status: 429, limit: ADDRESS_LIMIT });
    expect((await ask(server, { key })).status).toBe(200);
  }
});

test("a member in the console has a limit of their own", async () => {
  const headers = await signIn(instance);
  const remaining = [];
  for (const url of urls) {
    const response = await fetch(`${url}/v1/sessions?limit=1`, { headers });
    expect(response.status).toBe(200);
    remaining.push(response.headers.get("x-ratelimit-remaining"));
  }
  expect(remaining).toEqual([String(LIMIT - 1), String(LIMIT - 2)]);
});

test("a Redis that has forgotten everything fails no request", async () => {
  const key = await newKey();
  await ask(0, { key });
  await redis.client.flushall();
  await redis.client.script("FLUSH");
  expect(await ask(0, { key })).toMatchObject({ status: 200, remaining: LIMIT - 1 });
  expect(await ask(1, { key })).toMatchObject({ status: 200, remaining: LIMIT - 2 });
});

/** Each server alone: soon, and no more than its own limit. */
async function expectEachToLimit(): Promise<void> {
  const key = await newKey();
  for (const server of [0, 1] as const) {
    for (let count = 1; count <= LIMIT; count++) {
      const answer = await ask(server, { key });
      expect(answer).toMatchObject({ status: 200, remaining: LIMIT - count });
      expect(answer.took_ms).toBeLessThan(SOON_MS);
    }
    expect(await ask(server, { key })).toMatchObject({ status: 429, remaining: 0 });
  }
}

test("while Redis hangs each server limits by itself, without delay, and together again afterwards", async () => {
  redis.hang();
  try {
    await expectEachToLimit();
  } finally {
    redis.goOn();
  }
  await waitForCountingTogether();
});

test("while Redis is gone each server limits by itself, without delay, and together again afterwards", async () => {
  await redis.kill();
  try {
    await expectEachToLimit();
  } finally {
    await redis.startAgain();
  }
  await waitForCountingTogether();
});

test("while Redis hangs a request waits for it once, and the loss is reported once", async () => {
  const errors: Error[] = [];
  const limits = new RateLimits({ redisUrl: redis.url }, (error) => errors.push(error));
  try {
    const key = { id: "hanging", limit: LIMIT };
    await waitFor("Redis to count", async () => {
      await limits.consume(key);
      return (await redis.client.exists("nexbasira:requests:hanging")) === 1;
    });
    redis.hang();
    const before = await limits.consume({ id: "first", limit: LIMIT });
    expect(before).toMatchObject({ remaining: LIMIT - 1, exceeded: false });
    const begun = performance.now();
    for (let count = 0; count < 100; count++) await limits.consume({ id: `other ${count}`, limit: LIMIT });
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    expect(errors).toHaveLength(1);
  } finally {
    redis.goOn();
    limits.close();
  }
});

test("a Redis whose answers trickle in keeps no request waiting", async () => {
  const slow = await SlowPath.open(Number(new URL(redis.url).port));
  const limits = new RateLimits({ redisUrl: slow.url }, () => {});
  try {
    await waitFor("Redis to count", async () => {
      await limits.consume({ id: "fast", limit: 1000 });
      return (await redis.client.exists("nexbasira:requests:fast")) === 1;
    });
    slow.trickle();
    const begun = performance.now();
    const states = await Promise.all(
      Array.from({ length: 20 }, (_, index) => limits.consume({ id: `slow ${index}`, limit: LIMIT })),
    );
    expect(performance.now() - begun).toBeLessThan(SOON_MS);
    expect(states.map(({ remaining }) => remaining)).toEqual(states.map(() => LIMIT - 1));
  } finally {
    limits.close();
    await slow.close();
  }
});

test("a Redis that takes no commands is reported, and the requests are counted without it", async () => {
  const errors: Error[] = [];
  const limits = new RateLimits({ redisUrl: redis.url }, (error) => errors.push(error));
  try {
    await waitFor("Redis to count", async () => {
      await limits.consume({ id: "writing", limit: 1000 });
      return (await redis.client.exists("nexbasira:requests:writing")) === 1;
    });
    await redis.client.config("SET", "maxmemory", "1");
    expect(await limits.consume({ id: "full", limit: 2 })).toMatchObject({ remaining: 1 });
    expect(await limits.consume({ id: "full", limit: 2 })).toMatchObject({ remaining: 0, exceeded: false });
    expect(await limits.consume({ id: "full", limit: 2 })).toMatchObject({ exceeded: true });
    expect(errors.map(({ message }) => message)).toEqual(["Redis does not count requests in time"]);
  } finally {
    await redis.client.config("SET", "maxmemory", "0");
    limits.close();
  }
});
