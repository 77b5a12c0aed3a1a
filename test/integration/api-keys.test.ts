import { ApiKeyPage, CreatedApiKey } from "@nexbasira/core/contract/api-key.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createApiKey, hashApiSecret, newApiSecret } from "../../server/identity/create-api-key.ts";
import { Instance } from "../helpers/instance.ts";
import { signIn } from "../helpers/sign-in.ts";
import { waitFor } from "../helpers/wait-for.ts";

let instance: Instance;
let cookie: Record<string, string>;
beforeAll(async () => {
  instance = await Instance.start(["server"]);
  cookie = await signIn(instance);
});
afterAll(() => instance?.stop());

const PATH = "/console/api/api-keys";
const database = () => instance.testDatabase.database;

/** A call of the console's API by the first administrator. */
const asMember = (path: string, options: RequestInit = {}) =>
  fetch(`${instance.url}${path}`, { ...options, headers: { ...cookie, ...options.headers } });

const send = (body: unknown, headers: Record<string, string> = {}) =>
  asMember(PATH, { method: "POST", body: JSON.stringify(body), headers });

const READER = { name: "Claims pipeline", mode: "live", scopes: ["sessions:read"] };

async function make(body: object = {}): Promise<CreatedApiKey> {
  const response = await send({ ...READER, ...body });
  expect(response.status).toBe(201);
  return CreatedApiKey.parse(await response.json());
}

const revoke = (id: string) => asMember(`${PATH}/${id}`, { method: "DELETE" });
const list = async (query = "") => ApiKeyPage.parse(await (await asMember(`${PATH}${query}`)).json());
const statusOf = async (key: string, path = "/v1/sessions") => (await instance.api(path, { key })).status;

async function organization(): Promise<number> {
  return (await database().selectFrom("organizations").select("id").orderBy("id").executeTakeFirstOrThrow()).id;
}

test("a made key works at once, and its secret says its mode", async () => {
  const { secret, prefix } = await make();
  expect(secret).toMatch(/^nbx_live_sk_[\w-]{32}$/);
  expect(secret.startsWith(prefix)).toBe(true);
  expect(await statusOf(secret)).toBe(200);
});

test("a key opens what its scopes say and nothing else", async () => {
  const calls = new Map<Scope, string>([
    ["sessions:read", "/v1/sessions"],
    ["evidence:read", "/v1/sessions/sess_none/evidence"],
    ["whiteboards:read", "/v1/whiteboards/wb_none"],
    ["webhooks:read", "/v1/webhook-endpoints"],
    ["org:read", "/v1/org"],
  ]);
  for (const scope of calls.keys()) {
    const { secret } = await make({ scopes: [scope] });
    for (const [needed, path] of calls) {
      const response = await instance.api(path, { key: secret });
      if (needed === scope) expect([200, 404]).toContain(response.status);
      else expect(await response.json()).toMatchObject({ status: 403, code: "permission_denied", param: needed });
    }
  }
});

test("a key sees its own mode alone", async () => {
  const participant = { name: "Marie L.", channel: "link" };
  const body = { type: "field_inspection", reference: "INS-1", participant };
  const { id, mode } = await instance.post("/v1/sessions", body, Session);
  expect(mode).toBe("test");
  const [live, testing] = [await make(), await make({ mode: "test" })];
  expect(await statusOf(live.secret, `/v1/sessions/${id}`)).toBe(404);
  expect(await statusOf(testing.secret, `/v1/sessions/${id}`)).toBe(200);
});

test("the list tells all about a key but its secret, newest first", async () => {
  const made = await make({ name: "Listed", mode: "test", scopes: ["org:read", "sessions:read", "org:read"] });
  const { secret, ...shown } = made;
  const text = await (await asMember(PATH)).text();
  expect(text).not.toContain(secret);
  expect(text).not.toContain(hashApiSecret(secret));
  const { data } = ApiKeyPage.parse(JSON.parse(text));
  expect(data[0]).toEqual(shown);
  expect(shown).toMatchObject({ name: "Listed", mode: "test", scopes: ["sessions:read", "org:read"] });
  expect(shown).toMatchObject({ created_by: { name: "Administrator" }, expires_at: null, last_used_at: null });
  expect(data.map(({ id }) => id)).toEqual(
    data
      .map(({ id }) => id)
      .toSorted()
      .reverse(),
  );
  // The installation's first key was made by no member.
  expect(data.at(-1)).toMatchObject({ name: "First test key", created_by: null });
});

test("the pages of the list hold every key once", async () => {
  const all = (await list("?limit=100")).data.map(({ id }) => id);
  const seen: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: ApiKeyPage = await list(`?limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(all);
});

test("a key's last use is seen in the list, to the minute: within it nothing is written again", async () => {
  const { id, secret } = await make();
  const lastUse = async () => (await list("?limit=100")).data.find((key) => key.id === id)?.last_used_at;
  const usedAgo = async (seconds: number) => {
    const last_used_at = new Date(Date.now() - seconds * 1000);
    await database().updateTable("api_keys").set({ last_used_at }).where("id", "=", id).execute();
    return toTimestamp(last_used_at);
  };
  expect(await lastUse()).toBeNull();
  await statusOf(secret);
  await waitFor("the first use", lastUse);
  const recent = await usedAgo(40);
  await statusOf(secret);
  expect(await lastUse()).toBe(recent);
  const older = await usedAgo(80);
  await statusOf(secret);
  await waitFor("the later use", async () => (await lastUse()) !== older);
});

test("a revoked key opens nothing from the next request on, and the audit log names who revoked it", async () => {
  const { id, secret } = await make();
  expect(await statusOf(secret)).toBe(200);
  expect((await revoke(id)).status).toBe(204);
  expect(await statusOf(secret)).toBe(401);
  const [revoked_at] = (await list()).data.filter((key) => key.id === id).map((key) => key.revoked_at);
  expect(revoked_at).not.toBeNull();
  expect((await revoke(id)).status).toBe(204);
  expect((await list()).data.find((key) => key.id === id)?.revoked_at).toBe(revoked_at);

  const me = (await (await asMember("/console/api/me")).json()) as { user: { id: string } };
  const entries = await database()
    .selectFrom("audit_entries")
    .select("record")
    .where("record", "like", `%${id}%`)
    .orderBy("sequence")
    .execute();
  const actor = { type: "member", id: me.user.id };
  expect(entries.map(({ record }) => JSON.parse(record))).toMatchObject([
    { action: "api_key.created", actor, object: { type: "api_key", id } },
    { action: "api_key.revoked", actor, object: { type: "api_key", id } },
  ]);
});

test("a key whose time is over opens nothing, and the list has it among the ended ones", async () => {
  const { id, secret, created_at, expires_at } = await make({ expires_in: 3600 });
  expect(Date.parse(expires_at ?? "") - Date.parse(created_at)).toBe(3_600_000);
  expect(await statusOf(secret)).toBe(200);
  const past = new Date(Date.now() - 1000);
  await database().updateTable("api_keys").set({ expires_at: past }).where("id", "=", id).execute();
  expect(await statusOf(secret)).toBe(401);
  const ids = async (state: string) => (await list(`?limit=100&state=${state}`)).data.map((key) => key.id);
  expect(await ids("ended")).toContain(id);
  expect(await ids("active")).not.toContain(id);
});

test("the same Idempotency-Key makes one key and shows the same secret again", async () => {
  const headers = { "idempotency-key": "key-once" };
  const first = CreatedApiKey.parse(await (await send({ ...READER, name: "Once" }, headers)).json());
  const second = await send({ ...READER, name: "Once" }, headers);
  expect(second.headers.get("idempotent-replayed")).toBe("true");
  expect(CreatedApiKey.parse(await second.json())).toEqual(first);
  expect((await list("?limit=100")).data.filter(({ name }) => name === "Once")).toHaveLength(1);
});

test("no secret is stored or logged, not even where its answer is kept", async () => {
  const response = await send(READER, { "idempotency-key": "kept-answer" });
  const { secret } = CreatedApiKey.parse(await response.json());
  await statusOf(secret);
  const random = secret.slice("nbx_live_sk_".length + 4);
  const tables = await database().introspection.getTables();
  expect(tables.map(({ name }) => name)).toContain("idempotency_keys");
  for (const table of tables) {
    const name = `${table.schema}.${table.name}`;
    const { rows } = await sql<{ text: string }>`select to_jsonb(t)::text as text from ${sql.table(name)} t`.execute(
      database(),
    );
    for (const { text } of rows) expect(text, name).not.toContain(random);
  }
  const log = instance.child("server").lines.join("\n");
  expect(log).toContain(PATH);
  expect(log).not.toContain(random);
});

test("another organization's key is not found and not listed", async () => {
  const { id: org_id } = await database()
    .insertInto("organizations")
    .values({ name: "Other", slug: "other" })
    .returning("id")
    .executeTakeFirstOrThrow();
  const secret = newApiSecret("live");
  const scopes: Scope[] = ["sessions:read"];
  const actor = { type: "system" as const, id: "test" };
  const id = await inTransaction(database(), (transaction) =>
    createApiKey(transaction, { org_id, actor, name: "Other", mode: "live", scopes, secret }),
  );
  const response = await revoke(id);
  expect(response.status).toBe(404);
  expect(await response.json()).toEqual({
    ...((await (await revoke(newId("apiKey"))).json()) as object),
    request_id: expect.any(String),
  });
  expect((await list("?limit=100")).data.map((key) => key.id)).not.toContain(id);
  expect(await statusOf(secret)).toBe(200);
});

test.each([
  ["no scope", { scopes: [] }, "scopes"],
  ["a scope that does not exist", { scopes: ["sessions:read", "keys:write"] }, "scopes.1"],
  ["everything", { scopes: ["*"] }, "scopes.0"],
  ["no name", { name: "  " }, "name"],
  ["a name with a line break", { name: "a\nb" }, "name"],
  ["a mode that does not exist", { mode: "production" }, "mode"],
  ["a time that is over at once", { expires_in: 0 }, "expires_in"],
  ["a time without end", { expires_in: 1e12 }, "expires_in"],
  ["a secret of one's own", { secret: "nbx_live_sk_x" }, "secret"],
])("a key with %s is a 400 that names the field", async (_name, change, param) => {
  const response = await send({ ...READER, ...change });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ code: "validation_error", param });
});

test.each(["inspector", "observer"])("an %s neither sees nor makes nor revokes keys", async (role) => {
  const { id, secret } = await make();
  const setRole = (to: string) => database().updateTable("members").set({ role: to }).execute();
  await setRole(role);
  try {
    for (const response of [await asMember(PATH), await send(READER), await revoke(id)]) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ param: expect.stringMatching(/^keys:(read|write)$/) });
    }
  } finally {
    await setRole("owner");
  }
  expect(await statusOf(secret)).toBe(200);
});

test("a key does not open the console's API, whatever its scopes", async () => {
  const { secret } = await make({ scopes: Scope.options });
  const headers = { authorization: `Bearer ${secret}` };
  expect((await fetch(`${instance.url}${PATH}`, { headers })).status).toBe(401);
});

test("a sandbox has keys of test mode alone", async () => {
  const org_id = await organization();
  await database().insertInto("sandboxes").values({ org_id, address_hash: "x" }).execute();
  try {
    const refused = await send(READER);
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ code: "permission_denied", param: "mode" });
    const { secret } = await make({ mode: "test" });
    expect(secret).toMatch(/^nbx_test_sk_/);
    expect((await list("?limit=100")).data.every(({ mode }) => mode === "test")).toBe(true);
  } finally {
    await database().deleteFrom("sandboxes").where("org_id", "=", org_id).execute();
  }
});

test("the hundred-and-first active key is refused, also when two ask at once, until one is revoked", async () => {
  const { data } = await list("?limit=100&state=active");
  for (let count = data.length; count < 99; count++) await make();
  const answers = await Promise.all([send(READER), send(READER)]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect(await (await send(READER)).json()).toMatchObject({ status: 409, code: "conflict" });
  const [last] = (await list("?limit=1&state=active")).data;
  await revoke(last?.id ?? "");
  expect((await send(READER)).status).toBe(201);
});
