import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { FULL_BODIES } from "../helpers/full-bodies.ts";
import { Instance } from "../helpers/instance.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";
import { JSON_TYPE, problemOf, RawClient } from "../helpers/raw-client.ts";
import { signIn } from "../helpers/sign-in.ts";
import { tableDigests } from "../helpers/table-digests.ts";

let instance: Instance;
let client: RawClient;
let session: Session;
let before: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  client = new RawClient(instance);
  session = await instance.post("/v1/sessions", FULL_BODIES.createSession?.full, Session);
});
afterAll(() => instance.stop());
beforeEach(async () => {
  before = await tableDigests(instance.testDatabase.database);
});

const nothingWasStored = async () => expect(await tableDigests(instance.testDatabase.database)).toEqual(before);

const FULL = JSON.stringify(FULL_BODIES.createSession?.full);
const create = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  client.send("POST /v1/sessions", headers, body);

describe("headers", () => {
  test.each([
    ["none", {}],
    ["a form's", { "Content-Type": "application/x-www-form-urlencoded" }],
    ["plain text", { "Content-Type": "text/plain" }],
    ["what is no media type", { "Content-Type": "💥" }],
    ["an empty one", { "Content-Type": "" }],
    ["another JSON", { "Content-Type": "application/merge-patch+json" }],
    ["UTF-16", { "Content-Type": "application/json; charset=utf-16" }],
    ["Latin-1", { "Content-Type": "application/json; charset=iso-8859-1" }],
    ["no charset there is", { "Content-Type": "application/json; charset=none" }],
  ] as [string, Record<string, string>][])(
    "a body with the content type %s is a 400 that names it",
    async (_name, headers) => {
      for (const path of ["/v1/sessions", `/v1/sessions/${session.id}/invitations`, `/v1/sessions/${session.id}/end`]) {
        const answer = await client.send(`POST ${path}`, headers, path === "/v1/sessions" ? FULL : "{}");
        expect(answer.status, path).toBe(400);
        expect(problemOf(answer)).toMatchObject({ code: "validation_error", param: "Content-Type" });
      }
      await nothingWasStored();
    },
  );

  test("no body at all needs no content type, and one that was announced as empty neither", async () => {
    const path = `POST /v1/sessions/${session.id}/invitations`;
    expect((await client.send(path, { "Content-Length": "0", "Content-Type": "text/plain" })).status).toBe(201);
    expect((await client.send(path)).status).toBe(201);
    const needed = await client.send("POST /v1/sessions", { "Content-Length": "0", ...JSON_TYPE });
    expect(needed.status).toBe(400);
    expect(problemOf(needed).code).toBe("validation_error");
  });

  test.each([
    ["nothing", ""],
    ["256 characters", "k".repeat(256)],
    ["blanks inside", "a b"],
    ["what is no ASCII", "clé"],
    ["bytes above it", "\u00ff\u0080"],
    ["a tab", "a\tb"],
  ])("an Idempotency-Key of %s is a 400 that names it", async (_name, key) => {
    const answer = await create(FULL, { ...JSON_TYPE, "Idempotency-Key": key });
    expect(answer.status).toBe(400);
    expect(problemOf(answer)).toMatchObject({ code: "validation_error", param: "Idempotency-Key" });
    await nothingWasStored();
  });

  test("two Idempotency-Keys are a 400", async () => {
    const bytes = client.bytesOf(
      "POST /v1/sessions",
      { ...JSON_TYPE, "Content-Length": String(FULL.length), "Idempotency-Key": "a\r\nIdempotency-Key: b" },
      FULL,
    );
    expect(problemOf(await client.sendBytes(bytes))).toMatchObject({ status: 400, param: "Idempotency-Key" });
    await nothingWasStored();
  });

  test("credentials in any other form are a 401", async () => {
    const key = instance.credentials.api_key;
    const forms = [
      "",
      "Bearer",
      "Bearer ",
      `Bearer  ${key}`,
      `Bearer ${key} more`,
      `Bearer ${key},`,
      `Bearer ${key}x`,
      `Basic ${Buffer.from(`${key}:`).toString("base64")}`,
      `Token ${key}`,
      key,
      `Bearer\t${key}`,
      `Bearer "${key}"`,
      `Bearer ${key.toUpperCase()}`,
      "Bearer ÿ",
      "x".repeat(8000),
    ];
    for (const Authorization of forms) {
      const answer = await client.send("GET /v1/sessions", { Authorization });
      expect(answer.status, Authorization).toBe(401);
      expect(problemOf(answer).code).toBe("authentication_error");
    }
    expect((await client.send("GET /v1/sessions", { Authorization: `bEARER ${key}` })).status).toBe(200);
    expect((await client.send(`GET /v1/sessions?api_key=${key}`, { Authorization: "" })).status).toBe(401);
  });

  test("a cookie that is none is a 401, and never more", async () => {
    for (const cookie of [
      "x".repeat(8000),
      "nexbasira.session_token=",
      "nexbasira.session_token=%",
      "nexbasira.session_token=%00",
      "nexbasira.session_token=a.b; nexbasira.session_token=c",
      ";;;=;=",
    ]) {
      const response = await client.sendBytes(
        `GET /console/api/me HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: ${cookie}\r\n\r\n`,
      );
      expect(response.status, cookie).toBe(401);
    }
  });

  test("a length that lies harms nobody else", async () => {
    const short = await client.sendBytes(
      client.bytesOf("POST /v1/sessions", { ...JSON_TYPE, "Content-Length": "10" }, FULL),
    );
    expect(short.status).toBe(400);
    const long = client.sendBytes(
      client.bytesOf("POST /v1/sessions", { ...JSON_TYPE, "Content-Length": "100000" }, FULL),
      true,
    );
    await long.catch(() => undefined);
    for (const headers of [
      { "Content-Length": "-1" },
      { "Content-Length": "1e3" },
      { "Content-Length": "5, 6" },
      { "Content-Length": "99999999999999999999" },
      { "Content-Length": "5", "Transfer-Encoding": "chunked" },
      { "Transfer-Encoding": "gzip" },
    ] as Record<string, string>[]) {
      const answer = await client.sendBytes(client.bytesOf("POST /v1/sessions", { ...JSON_TYPE, ...headers }, FULL));
      expect([400, 413, 501], JSON.stringify(headers)).toContain(answer.status);
    }
    await nothingWasStored();
  });

  test("headers that are too large or broken are refused before they reach us", async () => {
    expect((await client.send("GET /v1/sessions", { "X-Long": "x".repeat(20_000) })).status).toBe(431);
    expect((await client.send("GET /v1/sessions", { "X-Nul": "a\0b" })).status).toBe(400);
    expect((await client.sendBytes("GET /v1/sessions HTTP/1.1\r\nConnection: close\r\n\r\n")).status).toBe(400);
    expect((await client.send("GET /v1/sessions/\u00e9\u00ff")).status).toBe(400);
    expect((await client.sendBytes("nonsense\r\n\r\n")).status).toBe(400);
  });
});

describe("paths and methods", () => {
  test.each([
    "/v1/sessions/..%2f..%2fetc%2fpasswd",
    "/v1/sessions/%2e%2e",
    "/v1/sessions/%00",
    "/v1/sessions/a%00b",
    "/v1/sessions/%FF",
    "/v1/sessions/%C0%AF",
    "/v1/sessions/%",
    "/v1/sessions/%zz",
    "/v1/sessions/%ED%A0%80",
    "/v1/sessions/%F0%9F%98%80",
    `/v1/sessions/${"x".repeat(12_000)}`,
    `/v1/${"a/".repeat(5000)}`,
    "/v1/sessions/' or 1=1 --".replaceAll(" ", "%20"),
    "/v1/whiteboards/..%2f..%2fwb_1.svg",
    "/v1/whiteboards/.svg",
    "/v1/evidence/%2F/content",
    "/v1/evidence//content",
    "/v1//sessions",
    "//v1/sessions",
    "/v1/../console/api/me",
    "/v1;/sessions",
    "/v1/nothing",
    "/files/%FF",
    "/files/..%2f..%2f",
    "/files/e30.AAAA",
    "/join/%FF",
    "/assets/..%2f..%2fpackage.json",
    "/assets/%2e%2e/%2e%2e/package.json",
    "/assets/%00",
  ])("%s is nothing", async (path) => {
    const answer = await client.send(`GET ${path}`);
    expect([400, 404], answer.body.slice(0, 300)).toContain(answer.status);
    expect(problemOf(answer).code).toBeOneOf(["not_found", "validation_error"]);
  });

  test("a full address, a star and an authority as the request's target reach nothing of others", async () => {
    expect((await client.send(`GET ${instance.url}/v1/sessions`)).status).toBeOneOf([200, 404]);
    expect((await client.send("OPTIONS *")).status).toBeLessThan(500);
    expect((await client.send("GET http://elsewhere.example/v1/nothing")).status).toBe(404);
  });

  test("a method that a path does not have is a 405 that says which it has", async () => {
    const allowed: [path: string, methods: string][] = [
      ["/v1/sessions", "POST, GET"],
      [`/v1/sessions/${session.id}`, "GET, DELETE"],
      [`/v1/sessions/${session.id}/end`, "POST"],
      ["/v1/webhooks", "POST, GET"],
      ["/api/v1/public/webhook-endpoints/we-1", "GET, PATCH, DELETE"],
      ["/v1/whiteboards/wb_1.svg", "GET"],
    ];
    for (const [path, methods] of allowed) {
      const has = methods.split(", ");
      for (const method of [
        "GET",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "PROPFIND",
        "QUERY",
        "PURGE",
      ]) {
        if (has.includes(method)) continue;
        const answer = await client.send(`${method} ${path}`);
        expect(answer.status, `${method} ${path}`).toBe(405);
        expect(
          answer.headers.allow
            ?.split(", ")
            .toSorted()
            .filter((one) => one !== "HEAD"),
        ).toEqual(has.toSorted());
        expect(problemOf(answer).code).toBe("method_not_allowed");
      }
      expect((await client.send(`BREW ${path}`)).status).toBe(400);
      expect((await client.send(`PUT ${path}`, { Authorization: "Bearer wrong" })).status).toBe(401);
    }
    await nothingWasStored();
  });

  test("HEAD answers what GET does, without the body", async () => {
    for (const path of ["/v1/sessions", `/v1/sessions/${session.id}`, "/v1/sessions/nobody", "/v1/openapi.json"]) {
      const [head, get] = [await client.send(`HEAD ${path}`), await client.send(`GET ${path}`)];
      expect(head.status, path).toBe(get.status);
      expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
      expect(head.body).toBe("");
    }
    const cookie = await signIn(instance);
    expect((await fetch(`${instance.url}/v1/sessions`, { method: "HEAD", headers: cookie })).status).toBe(200);
  });

  test("what signs people in takes nothing that is wrong, and never fails", async () => {
    const bodies = [
      "{",
      "[]",
      "null",
      '{"email":5,"password":[]}',
      '{"email":"a\\u0000@b.example","password":"\\u0000"}',
      '{"email":"a\\ud800@b.example","password":"x"}',
      `{"email":"${"x".repeat(50_000)}@b.example","password":"x"}`,
      '{"email":"admin@b.example","password":"x","rememberMe":"maybe"}',
      "",
    ];
    for (const path of [
      "/auth/sign-in/email",
      "/auth/sign-up/email",
      "/auth/change-password",
      "/auth/nothing",
      "/auth/organization/create",
    ]) {
      for (const body of bodies) {
        const answer = await client.send(`POST ${path}`, { ...JSON_TYPE, Origin: instance.url }, body);
        expect(answer.status, `${path} ${body.slice(0, 80)}`).toBeGreaterThanOrEqual(400);
        expect(answer.status, `${path} ${body.slice(0, 80)}`).toBeLessThan(500);
      }
    }
    await nothingWasStored();
  });
});

test("after all of it the server works as before, and has logged no failure of its own", async () => {
  await instance.post("/v1/sessions", FULL_BODIES.createSession?.full, Session);
  expect(instance.child("server").running).toBe(true);
  expect(instance.child("server").lines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
