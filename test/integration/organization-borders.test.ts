import { Problem } from "@nexbasira/core/contract/common.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ALL_OPERATIONS, type NamedOperation, pathOf } from "../helpers/all-operations.ts";
import { enterSession } from "../helpers/enter-session.ts";
import { FULL_BODIES } from "../helpers/full-bodies.ts";
import { Instance } from "../helpers/instance.ts";
import { makeKey, makeMember, makeOrganization } from "../helpers/make-organization.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";
import { tableDigests } from "../helpers/table-digests.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

type Headers = Record<string, string>;

const INSPECTION = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
const Identified = z.object({ id: z.string() });

let instance: Instance;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
/** The other organization: who calls for it, and one object of each kind. */
let other: Awaited<ReturnType<typeof fillOrganization>>;
const OF_OTHER_MODE = "the other one's own live key";
/** Everybody who must not see any of it. */
let strangers: Record<string, Headers>;
let own: { key: Headers; secondKey: Headers; member: Headers };

beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  receiver = await startReceiver();
  other = await fillOrganization(await makeOrganization(instance, "The other one"));
  const ours = await makeOrganization(instance, "Ours");
  own = {
    key: bearer(await makeKey(instance, ours, Scope.options)),
    secondKey: bearer(await makeKey(instance, ours, Scope.options)),
    member: await makeMember(instance, { org_id: ours, role: "owner" }),
  };
  strangers = {
    "a key": own.key,
    "a live key": bearer(await makeKey(instance, ours, Scope.options, "live")),
    "an owner": own.member,
    [OF_OTHER_MODE]: bearer(await makeKey(instance, other.org_id, Scope.options, "live")),
  };
});
afterAll(async () => {
  await receiver.close();
  await instance.stop();
});

const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

async function post<T>(path: string, headers: Headers, body: unknown, schema: z.ZodType<T>): Promise<T> {
  const response = await fetch(instance.url + path, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
  return schema.parse(await response.json());
}

/** An organization that has one of everything, in test mode. */
async function fillOrganization(orgId: number) {
  const { database } = instance.testDatabase;
  const key = bearer(await makeKey(instance, orgId, Scope.options));
  const member = await makeMember(instance, { org_id: orgId, role: "owner" });
  const endpoint = await post("/v1/webhook-endpoints", key, { url: receiver.url }, CreatedWebhookEndpoint);
  const session = await post("/v1/sessions", key, INSPECTION, Session);
  const { access_token, participant_id } = await enterSession(instance, session);
  const uploaded = await new Uploader(instance.url, access_token).upload(Buffer.from("what was seen"));
  const itemId = uploaded.headers.get("nbx-evidence-item");
  if (itemId === null) throw new Error(`the upload answered ${uploaded.status}: ${await uploaded.text()}`);
  const board = {
    id: newId("whiteboard"),
    session_id: session.id,
    kind: "whiteboard",
    width: 100,
    height: 100,
  } as const;
  await database
    .insertInto("whiteboards")
    .values({ ...board, item_id: null, created_by: participant_id })
    .execute();
  const recording = { id: newId("recording"), org_id: orgId, session_id: session.id, started_at: new Date() };
  await database
    .insertInto("recordings")
    .values({ ...recording, status: "ready" })
    .execute();
  const message = { id: newId("message"), org_id: orgId, session_id: session.id, invitation_id: null };
  await database
    .insertInto("outbox_messages")
    .values({
      ...message,
      channel: "sms",
      recipient: "+33612345678",
      subject: null,
      body_text: "x",
      body_html: null,
      link: "x",
    })
    .execute();
  const delivery = await database
    .selectFrom("deliveries")
    .select("id")
    .where("endpoint_id", "=", endpoint.id)
    .executeTakeFirstOrThrow();
  await database
    .insertInto("evidence_files")
    .values({ session_id: session.id, org_id: orgId, status: "ready" })
    .execute();
  const [key_id] = await database
    .insertInto("audit_log_keys")
    .values({ public_key: Buffer.alloc(32), encrypted: "x" })
    .returning("id")
    .execute();
  const checkpoint = { id: newId("checkpoint"), org_id: orgId, size: 1, root: "x", origin: "x", note: "x" };
  await database
    .insertInto("audit_checkpoints")
    .values({ ...checkpoint, key_id: key_id?.id ?? 0 })
    .execute();
  const anchor = { id: newId("anchor"), org_id: orgId, checkpoint_id: checkpoint.id, kind: "rfc3161" } as const;
  await database
    .insertInto("audit_anchors")
    .values({
      ...anchor,
      authority: "x",
      qualified: false,
      development: false,
      status: "anchored",
      token: Buffer.alloc(1),
      anchored_at: new Date(),
    })
    .execute();
  const request = { name: "Another key", mode: "test", scopes: ["sessions:read"] };
  const apiKey = await post("/console/api/api-keys", member, request, Identified);
  return {
    org_id: orgId,
    key,
    member,
    session,
    recording: recording.id,
    /** By what the paths that name them begin with. */
    objects: {
      "audit/checkpoints": checkpoint.id,
      "audit/anchors": anchor.id,
      sessions: session.id,
      evidence: itemId,
      whiteboards: board.id,
      "webhook-endpoints": endpoint.id,
      "webhook-events": delivery.id,
      "api-keys": apiKey.id,
    } as Record<string, string>,
    /** What no answer to anybody else may hold. */
    marks: [session.id, itemId, board.id, recording.id, message.id, endpoint.id, delivery.id, apiKey.id],
  };
}

const NEVER = "00000000000000000000000000";

async function call(named: NamedOperation, path: string, headers: Headers): Promise<Response> {
  const { full } = FULL_BODIES[named.name] ?? {};
  return fetch(instance.url + path, {
    method: named.operation.method.toUpperCase(),
    headers: { ...headers, ...(named.operation.body ? { "content-type": "application/json" } : {}) },
    ...(named.operation.body ? { body: JSON.stringify(full) } : {}),
    redirect: "manual",
  });
}

const isMember = (headers: Headers) => "cookie" in headers;
const OF_ONE_OBJECT = ALL_OPERATIONS.filter(({ operation }) => operation.path.includes("{id}"));
const READS_OF_ALL = ALL_OPERATIONS.filter(
  ({ name, operation }) => operation.method === "get" && !operation.path.includes("{") && name !== "streamNotices",
);

function objectOf({ operation }: NamedOperation): string {
  const [, beginning = "", segment = ""] = /^\/(([^/]+)[^{]*)\/\{/.exec(operation.path) ?? [];
  const id = other.objects[beginning] ?? other.objects[segment];
  if (id === undefined) throw new Error(`no object for ${operation.path}`);
  return id;
}

test("what is another organization's, or another mode's, is not found by any operation, as if it had never been", async () => {
  const before = await tableDigests(instance.testDatabase.database);
  for (const [who, headers] of Object.entries(strangers)) {
    for (const named of OF_ONE_OBJECT.filter(({ api }) => api === "public" || isMember(headers))) {
      // An organization has one log, of both modes.
      if (who === OF_OTHER_MODE && named.operation.path.startsWith("/audit/")) continue;
      const id = objectOf(named);
      const never = id.slice(0, -NEVER.length) + NEVER;
      const [theirs, nobodys] = await Promise.all(
        [id, never].map(async (one) => {
          const response = await call(named, pathOf(named, one), headers);
          const { request_id, ...problem } = Problem.parse(await response.json());
          const headerNames = [...response.headers.keys()].toSorted();
          return { problem, headerNames, text: JSON.stringify(problem).replaceAll(one, "") };
        }),
      );
      const what = `${named.name} by ${who}`;
      expect(theirs?.problem, what).toMatchObject({ status: 404, code: "not_found" });
      expect(theirs?.text, what).toBe(nobodys?.text);
      expect(theirs?.headerNames, what).toEqual(nobodys?.headerNames);
    }
  }
  expect(await tableDigests(instance.testDatabase.database)).toEqual(before);
});

test("the owner of all that does find it, so that the test before it can fail", async () => {
  for (const named of OF_ONE_OBJECT.filter(({ operation }) => operation.method === "get")) {
    const response = await call(
      named,
      pathOf(named, objectOf(named)),
      named.api === "public" ? other.key : other.member,
    );
    expect(response.status, named.name).toBeOneOf([200, 302]);
  }
});

/** Every list as these read it, by every query that could lead to another's, as one text. */
async function readEverything(headers: Headers): Promise<string> {
  const texts = READS_OF_ALL.filter(({ api }) => api === "public" || isMember(headers)).flatMap((named) => {
    const parameters = Object.keys(named.operation.query?.shape ?? {});
    const queries = [
      ...(parameters.includes("session_id") ? [`session_id=${other.session.id}`] : [""]),
      ...(parameters.includes("endpoint") ? [`endpoint=${other.objects["webhook-endpoints"]}`] : []),
      ...(parameters.includes("mode") && isMember(headers) ? ["mode=test", "mode=live"] : []),
      ...(parameters.includes("cursor") ? [`cursor=${"Z".repeat(26)}`, `cursor=${"0".repeat(26)}`] : []),
    ];
    return queries.map(async (query) => {
      const response = await call(named, `${pathOf(named, "")}?${query}`, headers);
      return response.text();
    });
  });
  return (await Promise.all(texts)).join("\n");
}

test("no list holds anything of another organization or mode", async () => {
  for (const [who, headers] of Object.entries(strangers)) {
    const text = await readEverything(headers);
    // The session's own id comes back in nothing but its own filter, which finds nothing.
    for (const mark of other.marks) expect(text.includes(mark), `${mark} read by ${who}`).toBe(false);
  }
  const text = (await readEverything(other.member)) + (await readEverything(other.key));
  // Recordings are only listed below their session.
  expect(other.marks.filter((mark) => !text.includes(mark))).toEqual([other.recording]);
});

test("sending another organization's deliveries again sends none", async () => {
  const resent = (headers: Headers, body: object) =>
    post("/v1/webhook-events/resend", headers, body, z.object({ resent: z.number() }));
  await instance.testDatabase.database.updateTable("deliveries").set({ status: "dropped" }).execute();
  for (const headers of Object.values(strangers)) {
    expect(await resent(headers, { endpoint: other.objects["webhook-endpoints"] })).toEqual({ resent: 0 });
    expect(await resent(headers, { status: "dropped" })).toEqual({ resent: 0 });
  }
  expect(await resent(other.key, { endpoint: other.objects["webhook-endpoints"] })).not.toEqual({ resent: 0 });
});

test("no delivery goes to another organization's endpoint, whatever it subscribes to", async () => {
  await post("/v1/webhook-endpoints", own.key, { url: receiver.url }, CreatedWebhookEndpoint);
  await post("/v1/sessions", other.key, INSPECTION, Session);
  await post("/v1/sessions", own.key, INSPECTION, Session);
  const rows = await instance.testDatabase.database
    .selectFrom("deliveries")
    .innerJoin("webhook_endpoints", "webhook_endpoints.id", "deliveries.endpoint_id")
    .innerJoin("events", "events.id", "deliveries.event_id")
    .innerJoin("sessions", "sessions.id", "events.session_id")
    .select(["deliveries.org_id as delivery", "webhook_endpoints.org_id as endpoint", "events.org_id as event"])
    .select(["webhook_endpoints.mode as endpoint_mode", "sessions.mode as session_mode"])
    .execute();
  expect(new Set(rows.map(({ delivery }) => delivery)).size).toBe(2);
  for (const row of rows) {
    expect(row).toMatchObject({ endpoint: row.delivery, event: row.delivery, endpoint_mode: row.session_mode });
  }
});

test("a signed link that was changed anywhere leads nowhere", async () => {
  const Item = z.object({ content_url: z.string() });
  const item = await fetch(`${instance.url}/v1/evidence/${other.objects.evidence}`, { headers: other.key });
  const { content_url } = Item.parse(await item.json());
  expect(await (await fetch(content_url)).text()).toBe("what was seen");
  const token = content_url.split("/files/")[1] ?? "";
  const changed = Array.from(
    token,
    (character, at) => token.slice(0, at) + (character === "A" ? "B" : "A") + token.slice(at + 1),
  );
  const cut = [token.slice(0, -1), token.slice(1), `${token}A`, `${token}=`, `${token}.`, token.toLowerCase()];
  const joinToken = other.session.join_url.split("/s/")[1] ?? "";
  const { access_token } = await enterSession(instance, other.session);
  for (const wrong of [...changed, ...cut, joinToken, access_token]) {
    expect((await fetch(`${instance.url}/files/${wrong}`)).status, wrong).toBe(404);
  }
  const statusOfJoin = async (wrong: string) => (await fetch(`${instance.url}/join/${wrong}`)).status;
  expect(await statusOfJoin(joinToken)).toBe(200);
  for (let at = 0; at < joinToken.length; at++) {
    const wrong = joinToken.slice(0, at) + (joinToken[at] === "A" ? "B" : "A") + joinToken.slice(at + 1);
    expect(await statusOfJoin(wrong), wrong).toBe(404);
  }
  expect(await statusOfJoin(token)).toBe(404);
});

test("an idempotency key is its caller's own: another key's and another organization's request has its own effect", async () => {
  const callers = [own.key, own.secondKey, own.member, other.key, other.member];
  const ids = new Set<string>();
  for (const headers of callers) {
    const response = await fetch(`${instance.url}/v1/sessions`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "idempotency-key": "everybody-has-this" },
      body: JSON.stringify(INSPECTION),
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("idempotent-replayed")).toBeNull();
    ids.add(Identified.parse(await response.json()).id);
  }
  expect(ids.size).toBe(callers.length);
});

test("a console hears of its own organization alone", async () => {
  const stream = await fetch(`${instance.url}/console/api/events`, { headers: own.member });
  if (!stream.body) throw new Error("a stream without a body");
  let heard = "";
  const reading = (async () => {
    for await (const text of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) heard += text;
  })().catch(() => undefined);
  const theirs = await post("/v1/sessions", other.key, INSPECTION, Session);
  const ours = await post("/v1/sessions", own.key, INSPECTION, Session);
  await waitFor("the notice of our session", () => heard.includes(ours.id));
  expect(heard).not.toContain(theirs.id);
  for (const mark of other.marks) expect(heard).not.toContain(mark);
  void reading;
});
