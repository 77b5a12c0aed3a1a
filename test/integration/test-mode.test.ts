import { createServer } from "node:http";
import { Outbox } from "@nexbasira/core/contract/console.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { Scope } from "@nexbasira/core/contract/permission.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint, WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import { insertWhiteboard } from "@nexbasira/core/database/whiteboards.ts";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { enterSession } from "../helpers/enter-session.ts";
import { freePort } from "../helpers/free-port.ts";
import { Instance } from "../helpers/instance.ts";
import { makeKey } from "../helpers/make-organization.ts";
import { signIn } from "../helpers/sign-in.ts";
import { Uploader } from "../helpers/upload-capture.ts";
import { waitFor } from "../helpers/wait-for.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";

/* One organization with the same of everything in both modes, and drivers that would send: neither sees the other. */

const MODES = ["live", "test"] as const;
type Mode = (typeof MODES)[number];
const other = (mode: Mode): Mode => (mode === "live" ? "test" : "live");

interface Everything {
  key: string;
  receiver: Awaited<ReturnType<typeof startReceiver>>;
  endpoint: string;
  session: Session;
  item: string;
  whiteboard: string;
  delivery: string;
}

let instance: Instance;
const made: Partial<Record<Mode, Everything>> = {};
const mails: string[] = [];
const texts: string[] = [];

const smtp = new SMTPServer({
  disabledCommands: ["STARTTLS"],
  authOptional: true,
  onData: (stream, session, done) => {
    mails.push(...session.envelope.rcptTo.map(({ address }) => address));
    stream.on("end", () => done()).resume();
  },
});
const gateway = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    texts.push(new URLSearchParams(Buffer.concat(chunks).toString("utf8")).get("To") ?? "");
    response.writeHead(201, { "content-type": "application/json" }).end("{}");
  });
});

beforeAll(async () => {
  const [smtpPort, gatewayPort] = [await freePort(), await freePort()];
  await new Promise<void>((resolve) => smtp.listen(smtpPort, "127.0.0.1", resolve));
  await new Promise<void>((resolve) => gateway.listen(gatewayPort, "127.0.0.1", resolve));
  instance = await Instance.start(["server", "workers"], {
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    SMS_URL: `http://127.0.0.1:${gatewayPort}`,
    SMS_ACCOUNT: "AC123",
    SMS_TOKEN: "gateway-token",
    SMS_FROM: "+33700000000",
  });
  const { database } = instance.testDatabase;
  const { org_id } = await database.selectFrom("api_keys").select("org_id").executeTakeFirstOrThrow();
  // The endpoints first: each is there when the other mode's session is made.
  const keys = { live: await makeKey(instance, org_id, Scope.options, "live"), test: instance.credentials.api_key };
  const endpoints = { live: await register(keys.live), test: await register(keys.test) };
  for (const mode of MODES) made[mode] = { key: keys[mode], ...endpoints[mode], ...(await inspect(keys[mode])) };
});
afterAll(async () => {
  await instance?.stop();
  for (const mode of MODES) await made[mode]?.receiver.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  await new Promise((resolve) => gateway.close(resolve));
});

function of(mode: Mode): Everything {
  const everything = made[mode];
  if (!everything) throw new Error(`nothing of ${mode} mode was made`);
  return everything;
}

async function post<T>(key: string, path: string, body: unknown, schema: z.ZodType<T>): Promise<T> {
  const response = await instance.api(`/v1${path}`, { method: "POST", key, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${text}`);
  return schema.parse(JSON.parse(text));
}

async function register(key: string) {
  const receiver = await startReceiver();
  const { id } = await post(key, "/webhook-endpoints", { url: receiver.url }, CreatedWebhookEndpoint);
  receiver.received.length = 0;
  return { receiver, endpoint: id };
}

/** A session that somebody is in, with an item and a whiteboard, and its first delivery. */
async function inspect(key: string) {
  const participant = { name: "Marie L.", channel: "link" };
  const session = await post(key, "/sessions", { type: "field_inspection", reference: "INS-1", participant }, Session);
  const { access_token, participant_id } = await enterSession(instance, session);
  const uploaded = await new Uploader(instance.url, access_token).upload(new TextEncoder().encode(session.id));
  const item = uploaded.headers.get("nbx-evidence-item");
  if (item === null) throw new Error(`the upload answered ${uploaded.status}`);
  const whiteboard = newId("whiteboard");
  await insertWhiteboard(instance.testDatabase.database, {
    id: whiteboard,
    session_id: session.id,
    kind: "whiteboard",
    item_id: null,
    width: 1600,
    height: 1000,
    created_by: participant_id,
  });
  const delivery = await waitFor("the first delivery", async () => {
    const { data } = z
      .object({ data: z.array(WebhookEvent) })
      .parse(await (await instance.api("/v1/webhook-events?event_type=session.created", { key })).json());
    return data.find(({ status }) => status === "delivered")?.id;
  });
  return { session, item, whiteboard, delivery };
}

/** Every call that names an object, by what it names. */
const CALLS: [method: string, path: (everything: Everything) => string, body?: object][] = [
  ["GET", ({ session }) => `/sessions/${session.id}`],
  ["POST", ({ session }) => `/sessions/${session.id}/invitations`, { channel: "link" }],
  ["GET", ({ session }) => `/sessions/${session.id}/evidence`],
  ["GET", ({ session }) => `/sessions/${session.id}/recordings`],
  ["GET", ({ item }) => `/evidence/${item}`],
  ["GET", ({ item }) => `/evidence/${item}/content`],
  ["GET", ({ session }) => `/whiteboards?session_id=${session.id}`],
  ["GET", ({ whiteboard }) => `/whiteboards/${whiteboard}`],
  ["GET", ({ whiteboard }) => `/whiteboards/${whiteboard}.svg`],
  ["GET", ({ whiteboard }) => `/whiteboards/${whiteboard}.png`],
  ["GET", ({ endpoint }) => `/webhook-endpoints/${endpoint}`],
  ["PATCH", ({ endpoint }) => `/webhook-endpoints/${endpoint}`, { description: "Ours" }],
  ["POST", ({ endpoint }) => `/webhook-endpoints/${endpoint}/test`],
  ["GET", ({ delivery }) => `/webhook-events/${delivery}`],
  ["POST", ({ delivery }) => `/webhook-events/${delivery}/resend`],
  ["POST", ({ session }) => `/sessions/${session.id}/end`],
  ["DELETE", ({ session }) => `/sessions/${session.id}`],
  ["DELETE", ({ endpoint }) => `/webhook-endpoints/${endpoint}`],
];

const call = (mode: Mode, method: string, path: string, body?: object) =>
  instance.api(`/v1${path}`, {
    method,
    key: of(mode).key,
    redirect: "manual",
    ...(body && { body: JSON.stringify(body) }),
  });

test.each(MODES)("what is not of %s mode is not found with its key, whatever one asks of it", async (mode) => {
  for (const [method, path, body] of CALLS) {
    const answer = await call(mode, method, path(of(other(mode))), body);
    expect([method, path(of(other(mode))), answer.status]).toEqual([method, path(of(other(mode))), 404]);
  }
});

test.each(MODES)("lists of %s mode hold what is of it alone", async (mode) => {
  const { session, item, endpoint } = of(mode);
  const list = async (path: string) => {
    const answer = await call(mode, "GET", path);
    expect(answer.status).toBe(200);
    return z.object({ data: z.array(z.looseObject({ id: z.string() })) }).parse(await answer.json()).data;
  };
  const ids = async (path: string) => (await list(path)).map(({ id }) => id);
  expect(await ids("/sessions")).toEqual([session.id]);
  expect(await ids(`/sessions?reference=${session.reference}&status=active`)).toEqual([session.id]);
  expect(await ids("/evidence")).toEqual([item]);
  expect(await ids(`/evidence?session_id=${of(other(mode)).session.id}`)).toEqual([]);
  expect(await ids("/webhook-endpoints")).toEqual([endpoint]);
  const deliveries = await list("/webhook-events");
  expect(deliveries.length).toBeGreaterThan(0);
  for (const delivery of deliveries) expect(delivery.endpoint).toBe(endpoint);
  expect(await ids(`/webhook-events?endpoint=${of(other(mode)).endpoint}`)).toEqual([]);
});

test("an endpoint hears of sessions of its own mode alone", async () => {
  for (const mode of MODES) {
    const { receiver, session } = of(mode);
    const heard = () => receiver.received.map(({ body }) => JSON.parse(body) as { type: string; data: { id: string } });
    await waitFor("its own events", () => heard().some(({ type }) => type === "evidence.added"));
    const text = receiver.received.map(({ body }) => body).join();
    expect(text).toContain(session.id);
    expect(text).not.toContain(of(other(mode)).session.id);
  }
  const rows = await instance.testDatabase.database
    .selectFrom("deliveries")
    .innerJoin("events", "events.id", "deliveries.event_id")
    .innerJoin("sessions", "sessions.id", "events.session_id")
    .innerJoin("webhook_endpoints", "webhook_endpoints.id", "deliveries.endpoint_id")
    .select(["sessions.mode as session_mode", "webhook_endpoints.mode as endpoint_mode"])
    .execute();
  expect(rows.length).toBeGreaterThan(3);
  for (const { session_mode, endpoint_mode } of rows) expect(endpoint_mode).toBe(session_mode);
});

test("what is used of one mode is not counted in the other", async () => {
  const used = async (mode: Mode) => {
    const answer = z
      .object({ mode: z.string(), quotas: z.record(z.string(), z.object({ used: z.number() })) })
      .parse(await (await call(mode, "GET", "/org")).json());
    expect(answer.mode).toBe(mode);
    return answer.quotas.sessions_per_month?.used;
  };
  const before = await used("live");
  const participant = { name: "Marie L.", channel: "link" };
  await post(of("test").key, "/sessions", { type: "field_inspection", reference: "INS-2", participant }, Session);
  expect(await used("live")).toBe(before);
});

test("a key's session is of the key's mode, and the same link is never valid for both", async () => {
  for (const mode of MODES) expect(of(mode).session.mode).toBe(mode);
  expect(of("live").session.join_url).not.toBe(of("test").session.join_url);
});

test("messages of test mode stay in the outbox although both drivers would send; those of live mode go out", async () => {
  const member = await signIn(instance);
  const outbox = async () => {
    const response = await fetch(`${instance.url}/console/api/outbox`, { headers: member });
    return Outbox.parse(await response.json()).data;
  };
  const invite = (mode: Mode, participant: object) =>
    post(of(mode).key, "/sessions", { type: "field_inspection", reference: "INS-9", participant }, Session);
  const phones = { live: "+33612345601", test: "+33612345602" };
  const addresses = { live: "live@example.org", test: "test@example.org" };
  for (const mode of ["test", "live"] as const) {
    await invite(mode, { name: "Marie L.", channel: "sms", phone: phones[mode] });
    const { id } = await invite(mode, { name: "Marie L.", channel: "email", email: addresses[mode] });
    // Sent again, by the other channel.
    await post(of(mode).key, `/sessions/${id}/invitations`, { channel: "sms", phone: phones[mode] }, Session);
  }
  await waitFor("live mode's messages", () => texts.length >= 2 && mails.length >= 1, 20_000);
  const kept = await waitFor("the outbox", async () => {
    const found = await outbox();
    return found.length >= 3 && found;
  });
  expect(texts).toEqual([phones.live, phones.live]);
  expect(mails).toEqual([addresses.live]);
  expect(kept.map(({ to }) => to).sort()).toEqual([phones.test, phones.test, addresses.test]);
  const unsent = () =>
    instance.testDatabase.database.selectFrom("invitations").select("id").where("status", "!=", "sent").execute();
  await waitFor("every invitation to be sent", async () => (await unsent()).length === 0);
});
