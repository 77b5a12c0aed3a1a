import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, expect, test } from "vitest";
import type { Caller } from "./authenticate.ts";
import { limitRequests, networkOf } from "./limit-requests.ts";
import { toAppError } from "./problem.ts";
import { RateLimits } from "./rate-limits.ts";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const member: Caller["member"] = {
  user_id: 1,
  name: "Inès",
  email: "ines@example.org",
  role: "inspector",
  organization: { id: 1, name: "Assurance", accent: "#00E5A0", sandbox: false },
};

/** Who sends which key; nobody sends another. */
const CALLERS: Record<string, Pick<Caller, "actor" | "member" | "org_id">> = {
  a: { actor: { type: "api_key", id: "a" }, member: null, org_id: 1 },
  b: { actor: { type: "api_key", id: "b" }, member: null, org_id: 1 },
  other: { actor: { type: "api_key", id: "other" }, member: null, org_id: 2 },
  console: { actor: { type: "member", id: "1" }, member, org_id: 1 },
};

/** A server that admits requests as the API does; `ask` sends one, with a key or without, from an address. */
async function serve(limits: { key: number; organization: number; address: number }) {
  const rateLimits = new RateLimits({ redisUrl: null }, (error) => expect.fail(error.message));
  const app = express();
  app.set("trust proxy", true);
  app.use(async (request, response) => {
    const known = CALLERS[request.get("authorization") ?? ""];
    const caller = known && { ...known, mode: null, permissions: new Set<string>() };
    await limitRequests({ rateLimits, limits }, request, response, caller);
    response.status(caller ? 200 : 401).end();
  });
  app.use(((error, _request, response, _next) => {
    const { status, code, message } = toAppError(error);
    response.status(status).json({ code, message });
  }) as express.ErrorRequestHandler);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => server.close(),
    () => rateLimits.close(),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return async (key?: string, from = "203.0.113.1") => {
    const headers = { "x-forwarded-for": from, ...(key === undefined ? {} : { authorization: key }) };
    const response = await fetch(url, { headers });
    const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
      Number(response.headers.get(`x-ratelimit-${name}`)),
    );
    return { status: response.status, limit, remaining, reset, response };
  };
}

const WIDE = { key: 100, organization: 100, address: 100 };

test("every answer says the narrower of the key's and the organization's limit", async () => {
  const ask = await serve({ ...WIDE, key: 3, organization: 4 });
  expect(await ask("a")).toMatchObject({ status: 200, limit: 3, remaining: 2, reset: 60 });
  expect(await ask("a")).toMatchObject({ status: 200, limit: 3, remaining: 1 });
  expect(await ask("b")).toMatchObject({ status: 200, limit: 4, remaining: 1 });
  expect(await ask("other")).toMatchObject({ status: 200, limit: 3, remaining: 2 });
});

test("what is too much is refused with Retry-After and a reason", async () => {
  const ask = await serve({ ...WIDE, key: 1 });
  await ask("a");
  const { status, limit, remaining, reset, response } = await ask("a");
  expect({ status, limit, remaining }).toEqual({ status: 429, limit: 1, remaining: 0 });
  expect(reset).toBeGreaterThan(0);
  expect(response.headers.get("retry-after")).toBe(String(reset));
  expect(await response.json()).toMatchObject({ code: "rate_limited", message: expect.stringContaining(`${reset} s`) });
  expect((await ask("b")).status).toBe(200);
});

test("a member in the console has a limit of their own, which the organization's keys do not use up", async () => {
  const ask = await serve({ ...WIDE, key: 2, organization: 1 });
  await ask("a");
  expect((await ask("b")).status).toBe(429);
  expect(await ask("console")).toMatchObject({ status: 200, limit: 2, remaining: 1 });
});

test("who sends nothing valid is counted by address", async () => {
  const ask = await serve({ ...WIDE, address: 2 });
  expect(await ask()).toMatchObject({ status: 401, limit: 2, remaining: 1 });
  expect((await ask()).status).toBe(401);
  expect(await ask()).toMatchObject({ status: 429, limit: 2, remaining: 0 });
  expect((await ask(undefined, "203.0.113.2")).status).toBe(401);
});

test("after too many wrong keys the right one is refused as well, from that address alone", async () => {
  const ask = await serve({ ...WIDE, address: 2 });
  for (const wrong of ["x", "y", "z"]) await ask(wrong);
  expect((await ask("a")).status).toBe(429);
  expect((await ask("a", "203.0.113.2")).status).toBe(200);
});

test("requests without a key do not shut out the keys of the same address", async () => {
  const ask = await serve({ ...WIDE, address: 1 });
  for (let count = 0; count < 3; count++) await ask();
  expect((await ask()).status).toBe(429);
  expect((await ask("a")).status).toBe(200);
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["2001:db8:1:3::9", "2001:db8:1:3::/64"],
  ["something", "unknown"],
  [undefined, "unknown"],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
