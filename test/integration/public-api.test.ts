import { Session } from "@nexbasira/core/contract/session.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { Instance } from "../helpers/instance.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
});
afterAll(() => instance.stop());

const INSPECTION = {
  type: "field_inspection",
  reference: "INS-42871",
  participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
  callbacks: { "session.completed": "https://your-app.com/webhooks/nbx" },
};

const create = (body: unknown = INSPECTION, headers: Record<string, string> = {}) =>
  instance.api("/v1/sessions", { method: "POST", body: JSON.stringify(body), headers });

test("the landing page's own request makes a pending session whose link is on its way", async () => {
  const response = await create();
  expect(response.status).toBe(201);
  expect(response.headers.get("x-request-id")).toMatch(/^req_/);
  const session = Session.parse(await response.json());
  expect(session.status).toBe("pending");
  expect(session.join_url).toMatch(/^http:\/\/localhost:\d+\/s\/[\w-]{48}$/);
  expect(session.expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(session.callbacks).toEqual(INSPECTION.callbacks);
});

test("the same resource answers below both base paths", async () => {
  const { id } = Session.parse(await (await create()).json());
  const [first, second] = await Promise.all(
    ["/v1", "/api/v1/public"].map(async (base) => (await instance.api(`${base}/sessions/${id}`)).json()),
  );
  expect(first).toEqual(second);
});

test("the secret is also accepted with the prefix nb_sec_", async () => {
  const key = instance.credentials.api_key.replace("nbx_test_sk_", "nb_sec_");
  expect((await instance.api("/v1/sessions", { key })).status).toBe(200);
});

test.each([
  ["", 401],
  ["nbx_test_sk_", 401],
  ["nbx_test_sk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 401],
  ["💥", 401],
])("the key %j is refused without a trace of why", async (key, status) => {
  const response = await fetch(`${instance.url}/v1/sessions`, {
    headers: { authorization: encodeURI(`Bearer ${key}`) },
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code: "authentication_error", status });
});

test.each([
  ["null for a body", null, undefined],
  ["another type", { ...INSPECTION, type: "call" }, "type"],
  ["an unknown field", { ...INSPECTION, colour: "red" }, "colour"],
  ["an unknown field below", { ...INSPECTION, participant: { ...INSPECTION.participant, age: 3 } }, "participant.age"],
  ["an empty reference", { ...INSPECTION, reference: "" }, "reference"],
  ["a long reference", { ...INSPECTION, reference: "x".repeat(121) }, "reference"],
  ["a reference with NUL", { ...INSPECTION, reference: "a\u0000b" }, "reference"],
  ["a lone surrogate", { ...INSPECTION, reference: "a\ud800" }, "reference"],
  ["a null reference", { ...INSPECTION, reference: null }, "reference"],
  ["a number as reference", { ...INSPECTION, reference: 5 }, "reference"],
  [
    "a phone that is none",
    { ...INSPECTION, participant: { ...INSPECTION.participant, phone: "112" } },
    "participant.phone",
  ],
  ["no phone for SMS", { ...INSPECTION, participant: { name: "M", channel: "sms" } }, "participant.phone"],
  ["no address for e-mail", { ...INSPECTION, participant: { name: "M", channel: "email" } }, "participant.email"],
  [
    "an unknown event",
    { ...INSPECTION, callbacks: { "session.exploded": "https://a.example" } },
    "callbacks.session.exploded",
  ],
  [
    "a callback to a file",
    { ...INSPECTION, callbacks: { "session.completed": "file:///etc/passwd" } },
    "callbacks.session.completed",
  ],
  ["NUL in metadata", { ...INSPECTION, metadata: { a: "\u0000" } }, "metadata.a"],
  ["a time too short", { ...INSPECTION, expires_in: 10 }, "expires_in"],
  ["a latitude of 91", { ...INSPECTION, location: { latitude: 91, longitude: 0 } }, "location.latitude"],
])("%s is a 400 that names the field", async (_name, body, param) => {
  const response = await create(body);
  expect(response.status).toBe(400);
  expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const problem = z.object({ code: z.string(), param: z.string().optional() }).parse(await response.json());
  expect(problem.code).toBe("validation_error");
  if (param !== undefined) expect(problem.param).toBe(param);
});

test("broken, deep and huge JSON is refused and the server goes on", async () => {
  const send = (body: string) =>
    instance.api("/v1/sessions", { method: "POST", body, headers: { "content-type": "application/json" } });
  expect((await send("{")).status).toBe(400);
  expect((await send('"text"')).status).toBe(400);
  expect((await send("[".repeat(10_000) + "]".repeat(10_000))).status).toBe(400);
  expect((await send(JSON.stringify({ ...INSPECTION, reference: "x".repeat(10_000_000) }))).status).toBe(413);
  expect((await create()).status).toBe(201);
});

test("an idempotency key with another body is refused", async () => {
  const headers = { "idempotency-key": "another-key" };
  await create(INSPECTION, headers);
  const response = await create({ ...INSPECTION, reference: "INS-2" }, headers);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: "idempotency_key_reused" });
});

test("the pages of a list hold every session once, newest first", async () => {
  const made = new Set<string>();
  for (let count = 0; count < 7; count++) {
    made.add(Session.parse(await (await create({ ...INSPECTION, reference: "INS-pages" })).json()).id);
  }
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `&cursor=${cursor}`;
    const response = await instance.api(`/v1/sessions?reference=INS-pages&limit=3${query}`);
    const page = z
      .object({ data: z.array(Session), has_more: z.boolean(), next_cursor: z.string().nullable() })
      .parse(await response.json());
    seen.push(...page.data.map((session) => session.id));
    expect(page.has_more).toBe(page.next_cursor !== null);
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(seen).toEqual([...made].toSorted().reverse());
});

test.each(["limit=0", "limit=101", "limit=x", "cursor=%00", "cursor=abc", "status=done", "colour=red"])(
  "a list with %s is a 400",
  async (query) => {
    expect((await instance.api(`/v1/sessions?${query}`)).status).toBe(400);
  },
);

test("deleting a pending session cancels it, and a second time answers the same", async () => {
  const { id, join_url } = Session.parse(await (await create()).json());
  const first = await instance.api(`/v1/sessions/${id}`, { method: "DELETE" });
  expect(first.status).toBe(200);
  const session = Session.parse(await first.json());
  expect(session).toMatchObject({ status: "cancelled", ended_by: "api" });
  const again = await instance.api(`/v1/sessions/${id}/end`, { method: "POST" });
  expect(await again.json()).toEqual(session);
  const link = await fetch(`${instance.url}/join/${join_url.split("/s/")[1]}`);
  expect(await link.json()).toMatchObject({ state: "cancelled", session: null });
});

test("a link that was never made is not found, whatever it looks like", async () => {
  for (const token of ["x", "A".repeat(48), "%00", "..%2f..%2fetc", "💥"]) {
    expect((await fetch(`${instance.url}/join/${token}`)).status).toBe(404);
  }
});

test("a new link replaces the older one where asked", async () => {
  const session = Session.parse(await (await create()).json());
  const response = await instance.api(`/v1/sessions/${session.id}/invitations`, {
    method: "POST",
    body: JSON.stringify({ channel: "link", revoke_previous: true }),
  });
  expect(response.status).toBe(201);
  const invited = Session.parse(await response.json());
  expect(invited.join_url).not.toBe(session.join_url);
  const state = async (url: string) => (await fetch(url.replace("/s/", "/join/"))).json();
  expect(await state(session.join_url)).toMatchObject({ state: "replaced", session: null });
  expect(await state(invited.join_url)).toMatchObject({ state: "open", session: { id: session.id } });
});

test("what nobody made is a problem that says so, under every path", async () => {
  for (const path of ["/v1/sessions/sess_x", "/v1/evidence/evd_x", "/v1/webhooks/we-x", "/v1/nothing", "/files/x"]) {
    const response = await instance.api(path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: "not_found" });
  }
});

test("the console's cookie opens the API, and a page elsewhere cannot use it", async () => {
  const { admin } = instance.credentials;
  const signIn = await fetch(`${instance.url}/auth/sign-in/email`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: instance.url },
    body: JSON.stringify(admin),
  });
  expect(signIn.status).toBe(200);
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const me = await fetch(`${instance.url}/console/api/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject({ user: { email: admin.email }, role: "owner", development: true });
  const headers = { cookie, "content-type": "application/json" };
  const body = JSON.stringify({ ...INSPECTION, callbacks: undefined });
  const elsewhere = { ...headers, "sec-fetch-site": "cross-site" };
  expect((await fetch(`${instance.url}/v1/sessions`, { method: "POST", headers: elsewhere, body })).status).toBe(403);
  expect((await fetch(`${instance.url}/v1/sessions`, { method: "POST", headers, body })).status).toBe(201);
  expect((await fetch(`${instance.url}/console/api/me`)).status).toBe(401);
});

test("the log holds no key and no link's token", async () => {
  const session = Session.parse(await (await create()).json());
  const token = session.join_url.split("/s/")[1] ?? "";
  await fetch(`${instance.url}/join/${token}`);
  const log = instance.child("server").lines.join("\n");
  expect(log).toContain("/join/…");
  expect(log).not.toContain(token);
  expect(log).not.toContain(instance.credentials.api_key);
});

test("health, readiness and metrics answer", async () => {
  expect((await fetch(`${instance.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${instance.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${instance.url}/metrics`)).text()).toContain("http_request_duration_seconds_count");
});
