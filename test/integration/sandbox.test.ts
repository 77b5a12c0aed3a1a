import { ApiKey } from "@nexbasira/core/contract/api-key.ts";
import { Me, Outbox } from "@nexbasira/core/contract/console.ts";
import { Landing, Sandbox } from "@nexbasira/core/contract/sandbox.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { staffJoinRequest } from "../helpers/enter-session.ts";
import { Instance } from "../helpers/instance.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
beforeAll(async () => {
  instance = await Instance.start(["server", "workers"]);
});
afterAll(() => instance.stop());
afterEach(async () => {
  await instance.testDatabase.database.deleteFrom("sandboxes").execute();
});

let visitors = 0;
/** Each from a network of its own. */
const nextAddress = () => `203.0.${Math.floor(visitors / 250)}.${(visitors++ % 250) + 1}`;

/** What the landing page sends, through a proxy that says who the visitor is. */
function ask(
  body: unknown = {},
  options: { from?: string; headers?: Record<string, string>; url?: string } = {},
): Promise<Response> {
  return fetch(`${options.url ?? instance.url}/sandbox`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      "x-forwarded-for": options.from ?? nextAddress(),
      ...options.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const cookieOf = (response: Response) => ({
  cookie: response.headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; "),
});

async function make(body: unknown = {}) {
  const response = await ask(body);
  expect(response.status).toBe(201);
  return { sandbox: Sandbox.parse(await response.json()), visitor: cookieOf(response) };
}

const countOrganizations = async () => {
  const { database } = instance.testDatabase;
  const { count } = await database
    .selectFrom("organizations")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return count;
};

const INSPECTION = {
  type: "field_inspection",
  reference: "INS-42871",
  participant: { name: "Marie L.", channel: "sms", phone: "+33612345678" },
};

test("one request makes an organization whose test key works at once", async () => {
  const { sandbox } = await make({ name: "  Atelier Dvořák " });
  expect(sandbox.organization.name).toBe("Atelier Dvořák");
  expect(sandbox.api_key).toMatch(/^nbx_test_sk_/);
  expect(sandbox.webhook_secret).toMatch(/^whsec_/);
  expect(sandbox.base_url).toBe(`${instance.url}/v1`);
  expect(sandbox.example).toContain(`Authorization: Bearer ${sandbox.api_key}`);
  const days = (Date.parse(sandbox.expires_at) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(29);

  const created = await instance.api("/v1/sessions", {
    method: "POST",
    key: sandbox.api_key,
    body: JSON.stringify(INSPECTION),
  });
  expect(created.status).toBe(201);
  expect(Session.parse(await created.json()).mode).toBe("test");
  const organization = z
    .object({
      id: z.number(),
      sandbox: z.literal(true),
      quotas: z.record(z.string(), z.object({ limit: z.number(), used: z.number() })),
    })
    .parse(await (await instance.api("/v1/org", { key: sandbox.api_key })).json());
  expect(organization.id).toBe(sandbox.organization.id);
  expect(organization.quotas.sessions_per_month).toEqual({ limit: 50, used: 1 });
  expect(organization.quotas.members).toEqual({ limit: 3, used: 1 });
});

test("the same request signs the visitor in as its owner, who acts in test mode alone and can leave", async () => {
  const { sandbox, visitor } = await make();
  const read = (path: string) => fetch(`${instance.url}${path}`, { headers: visitor });
  const send = (path: string, body: unknown) =>
    fetch(`${instance.url}${path}`, {
      method: "POST",
      headers: { ...visitor, "content-type": "application/json", origin: instance.url },
      body: JSON.stringify(body),
    });

  const me = Me.parse(await (await read("/console/api/me")).json());
  expect(me.organization).toMatchObject({ id: sandbox.organization.id, sandbox: true });
  expect(me.role).toBe("owner");
  const landing = Landing.parse(await (await read("/landing")).json());
  expect(landing.signed_in).toEqual({ organization: "Sandbox", sandbox: true });

  const session = Session.parse(await (await send("/v1/sessions", INSPECTION)).json());
  expect(session.mode).toBe("test");
  const join = staffJoinRequest("inspector");
  expect((await send(`/console/api/sessions/${session.id}/join`, join)).status).toBe(200);
  const keyRequest = (mode: string) => ({ name: "One more", mode, scopes: ["sessions:read"] });
  expect((await send("/console/api/api-keys", keyRequest("live"))).status).toBe(403);
  const key = ApiKey.parse(await (await send("/console/api/api-keys", keyRequest("test"))).json());
  expect(key.mode).toBe("test");

  const message = await waitFor("the invitation in the outbox", async () => {
    const { data } = Outbox.parse(await (await read("/console/api/outbox")).json());
    return data.find(({ text }) => text.includes(session.join_url));
  });
  expect(message.to).toBe("+33612345678");

  expect((await send("/auth/sign-out", {})).status).toBe(200);
  expect((await read("/console/api/me")).status).toBe(401);
});

test("nobody can sign in as a sandbox's owner: there is no password, and no request reaches the way past it", async () => {
  const { sandbox } = await make();
  const { email } = await instance.testDatabase.database
    .selectFrom("users")
    .innerJoin("members", "members.user_id", "users.id")
    .select("email")
    .where("members.organization_id", "=", sandbox.organization.id)
    .executeTakeFirstOrThrow();
  const send = (path: string, body: unknown) =>
    fetch(`${instance.url}/auth${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: instance.url },
      body: JSON.stringify(body),
    });
  expect((await send("/sign-in/email", { email, password: "" })).status).toBe(401);
  for (const path of ["/sign-in-without-password", "/signInWithoutPassword", "/undefined"]) {
    expect((await send(path, { user_id: 1 })).status).toBe(404);
  }
});

test("two sandboxes see nothing of each other, and nothing of the first organization", async () => {
  const [first, second] = [await make(), await make()];
  const session = Session.parse(
    await (
      await instance.api("/v1/sessions", {
        method: "POST",
        key: first.sandbox.api_key,
        body: JSON.stringify(INSPECTION),
      })
    ).json(),
  );
  for (const key of [second.sandbox.api_key, instance.credentials.api_key]) {
    expect((await instance.api(`/v1/sessions/${session.id}`, { key })).status).toBe(404);
    const { data } = z
      .object({ data: z.array(z.unknown()) })
      .parse(await (await instance.api("/v1/sessions", { key })).json());
    expect(data).toEqual([]);
  }
});

test("of many requests at once from one address, three make a sandbox; the others say when to come back", async () => {
  const before = await countOrganizations();
  const from = nextAddress();
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask({}, { from })));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(3);
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused).toHaveLength(9);
  expect(await countOrganizations()).toBe(before + 3);
  for (const answer of refused) {
    const wait = Number(answer.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(86_000);
    expect(wait).toBeLessThanOrEqual(86_400);
    expect(await answer.json()).toMatchObject({
      code: "rate_limited",
      detail: "From one network, 3 sandboxes a day can be made, and they have been: try again in 24 hours.",
    });
    expect(answer.headers.getSetCookie()).toEqual([]);
  }
});

test("the addresses of one IPv6 network count as one, and are kept as a keyed hash only", async () => {
  const of = (host: string) => ask({}, { from: `2001:db8:7:1::${host}` });
  for (const host of ["1", "2", "ffff:3"]) expect((await of(host)).status).toBe(201);
  expect((await of("4")).status).toBe(429);
  expect((await ask({}, { from: "2001:db8:7:2::1" })).status).toBe(201);
  const rows = await instance.testDatabase.database.selectFrom("sandboxes").selectAll().execute();
  expect(new Set(rows.map(({ address_hash }) => address_hash)).size).toBe(2);
  for (const { address_hash } of rows) expect(address_hash).toMatch(/^[\w-]{43}$/);
});

test("a day later the address may make more", async () => {
  const from = nextAddress();
  for (let count = 0; count < 3; count++) await ask({}, { from });
  expect((await ask({}, { from })).status).toBe(429);
  const { database } = instance.testDatabase;
  const oldest = database.selectFrom("sandboxes").select((eb) => eb.fn.min("org_id").as("org_id"));
  await database
    .updateTable("sandboxes")
    .set({ created_at: sql<Date>`now() - interval '24 hours 1 second'` })
    .where("org_id", "=", oldest)
    .execute();
  expect((await ask({}, { from })).status).toBe(201);
  expect((await ask({}, { from })).status).toBe(429);
});

test("all visitors together make 200 a day and no more, also at once", async () => {
  const { database } = instance.testDatabase;
  await sql`with made as (
    insert into organizations (name, slug) select 'Sandbox', 'filler-' || n from generate_series(1, 199) n returning id
  ) insert into sandboxes (org_id, address_hash) select id, 'filler-' || id from made`.execute(database);
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask()));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(429)]);
  const refused = answers.find(({ status }) => status === 429);
  expect(await refused?.json()).toMatchObject({
    detail: "On this server, 200 sandboxes a day can be made, and they have been: try again in 24 hours.",
  });
  // Where it is full, a request makes no difference to whoever already has a sandbox.
  expect((await fetch(`${instance.url}/landing`)).status).toBe(200);
});

test.each([
  ["a name that is no text", { name: 1 }, "name"],
  ["a null name", { name: null }, "name"],
  ["an empty name", { name: "" }, "name"],
  ["a blank name", { name: " \t " }, "name"],
  ["a name that is too long", { name: "x".repeat(81) }, "name"],
  ["control characters in the name", { name: "a\u0007b" }, "name"],
  ["NUL in the name", { name: "a\u0000b" }, "name"],
  ["lone surrogates in the name", '{"name":"\\ud800"}', "name"],
  ["an unknown field", { email: "a@example.org" }, "email"],
  ["a list", [], undefined],
  ["a word", '"x"', undefined],
  ["broken JSON", '{"name":', undefined],
  ["nothing", "", undefined],
])("%s is refused by name, and nothing is made", async (_, body, param) => {
  const before = await countOrganizations();
  const response = await ask(body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "validation_error", ...(param ? { param } : {}) });
  expect(await countOrganizations()).toBe(before);
});

test("a body that is no JSON, or 10 MB long, makes nothing", async () => {
  const before = await countOrganizations();
  expect((await ask("name=x", { headers: { "content-type": "application/x-www-form-urlencoded" } })).status).toBe(400);
  expect((await ask({ name: "x".repeat(10_000_000) })).status).toBe(413);
  expect(await countOrganizations()).toBe(before);
});

test.each([
  ["another site", { "sec-fetch-site": "cross-site" }],
  ["a sister of this host", { "sec-fetch-site": "same-site" }],
  ["another origin, from a browser that says no more", { "sec-fetch-site": "", origin: "https://evil.example" }],
])("a page of %s makes no sandbox", async (_, headers) => {
  const before = await countOrganizations();
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ""));
  const response = await fetch(`${instance.url}/sandbox`, {
    method: "POST",
    headers: { "content-type": "application/json", ...given },
    body: "{}",
  });
  expect(response.status).toBe(403);
  expect(await countOrganizations()).toBe(before);
});

test("production makes none unless it is told to: there is nothing to ask, and the page knows", async () => {
  const off = await Instance.start(["server"], { NEXBASIRA_MODE: "production" });
  try {
    expect((await ask({}, { url: off.url })).status).toBe(404);
    const landing = Landing.parse(await (await fetch(`${off.url}/landing`)).json());
    expect(landing).toEqual({ sandbox: false, development: false, public_url: off.url, signed_in: null });
  } finally {
    await off.stop();
  }
});

test("switched on in production, its cookie is for TLS alone and no script reads it", async () => {
  const on = await Instance.start(["server"], { NEXBASIRA_MODE: "production", SANDBOX: "on" });
  try {
    const response = await ask({}, { url: on.url });
    expect(response.status).toBe(201);
    expect(response.headers.get("cache-control")).toBe("no-store");
    const [cookie = "", ...more] = response.headers.getSetCookie();
    expect(more).toEqual([]);
    expect(cookie).toMatch(/^__Secure-nexbasira\.session_token=/);
    for (const attribute of ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"]) expect(cookie).toContain(attribute);
    const me = await fetch(`${on.url}/console/api/me`, { headers: cookieOf(response) });
    expect(Me.parse(await me.json()).development).toBe(false);
  } finally {
    await on.stop();
  }
});
