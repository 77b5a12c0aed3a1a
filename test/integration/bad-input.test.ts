import { Problem } from "@nexbasira/core/contract/common.ts";
import { JoinRequest } from "@nexbasira/core/contract/join.ts";
import { CreateSandbox } from "@nexbasira/core/contract/sandbox.ts";
import { Session } from "@nexbasira/core/contract/session.ts";
import { CreatedWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { ALL_OPERATIONS, type NamedOperation, pathOf } from "../helpers/all-operations.ts";
import { joinRequest } from "../helpers/enter-session.ts";
import { FULL_BODIES, FULL_DEVICE } from "../helpers/full-bodies.ts";
import { Instance } from "../helpers/instance.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";
import { signIn } from "../helpers/sign-in.ts";
import { tableDigests } from "../helpers/table-digests.ts";
import { startReceiver } from "../helpers/webhook-receiver.ts";
import { bodySchemaOf, LONG_FRACTION, type Sample, type WrongBody, wrongBodies } from "../helpers/wrong-bodies.ts";

const JOIN: Sample = {
  full: { ...joinRequest(), device: FULL_DEVICE },
  machineText: ["device.user_agent", "consent_text_version"],
};
const SANDBOX: Sample = { full: { name: "Acme" } };

let instance: Instance;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let cookie: Record<string, string>;
let session: Session;
let endpoint: CreatedWebhookEndpoint;
beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  receiver = await startReceiver();
  cookie = await signIn(instance);
  const request = { type: "field_inspection", reference: "INS-1", participant: { name: "Marie L.", channel: "link" } };
  session = await instance.post("/v1/sessions", request, Session);
  endpoint = await instance.post("/v1/webhook-endpoints", { url: receiver.url }, CreatedWebhookEndpoint);
});
afterAll(async () => {
  await receiver.close();
  await instance.stop();
});

interface Target {
  url: string;
  method: string;
  headers: Record<string, string>;
}

/** An operation of something that is there and is the caller's, so that only the request can be wrong. */
function targetOf(named: NamedOperation): Target {
  const id = named.operation.path.startsWith("/webhook-endpoints") ? endpoint.id : session.id;
  const key = { authorization: `Bearer ${instance.credentials.api_key}` };
  return {
    url: instance.url + pathOf(named, id),
    method: named.operation.method.toUpperCase(),
    headers: { ...(named.api === "public" ? key : cookie), "content-type": "application/json" },
  };
}

const AT_ONCE = 8;

/** Does it with each, some at once; what it returns in one list. */
async function forEach<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result[]>,
): Promise<Result[]> {
  const waiting = items.values();
  const results: Result[] = [];
  const worker = async () => {
    for (const item of waiting) results.push(...(await work(item)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

/** Sends what is wrong; what the answer lacks, in words. */
async function refusalFaults(target: Target, { name, param, body }: WrongBody): Promise<string[]> {
  const { url, ...rest } = target;
  const response = await fetch(url, { ...rest, body: JSON.stringify(body) });
  const text = await response.text();
  const what = `${target.method} ${new URL(url).pathname}, ${name.slice(0, 200)}: ${response.status} ${text.slice(0, 300)}`;
  if (response.status !== 400) return [what];
  const problem = Problem.parse(JSON.parse(text));
  const isRight =
    response.headers.get("content-type") === "application/problem+json; charset=utf-8" &&
    problem.code === "validation_error" &&
    // A name that is wrong is part of the field that is named.
    (problem.param === (param || undefined) || (param !== "" && (problem.param?.startsWith(`${param}.`) ?? false))) &&
    text.length < 2000;
  return isRight ? [] : [what];
}

async function expectAllRefused(target: Target, schema: z.ZodType, sample: Sample): Promise<void> {
  expect(schema.safeParse(sample.full).error, "the sample itself").toBeUndefined();
  const { database } = instance.testDatabase;
  const before = await tableDigests(database);
  const wrong = wrongBodies(bodySchemaOf(schema), sample);
  expect(wrong.length).toBeGreaterThan(5);
  expect(await forEach(wrong, (body) => refusalFaults(target, body))).toEqual([]);
  expect(await tableDigests(database)).toEqual(before);
}

const WITH_BODY = ALL_OPERATIONS.flatMap((named) => {
  const { body } = named.operation;
  return body ? [{ name: named.name, named, body }] : [];
});

test("there is a sample for every operation that takes a body, and no other", () => {
  expect(Object.keys(FULL_BODIES).toSorted()).toEqual(WITH_BODY.map(({ name }) => name).toSorted());
});

test.each(WITH_BODY)(
  "every wrong value in every field of $name is a 400 that names it and stores nothing",
  async ({ name, named, body }) => {
    await expectAllRefused(targetOf(named), body, FULL_BODIES[name] ?? { full: {} });
  },
);

test("every wrong value in what a participant sends to enter is a 400 that names it and stores nothing", async () => {
  const url = session.join_url.replace("/s/", "/join/");
  await expectAllRefused({ url, method: "POST", headers: { "content-type": "application/json" } }, JoinRequest, JOIN);
});

test("every wrong value in what makes a sandbox is a 400 that names it and stores nothing", async () => {
  const url = `${instance.url}/sandbox`;
  await expectAllRefused(
    { url, method: "POST", headers: { "content-type": "application/json" } },
    CreateSandbox,
    SANDBOX,
  );
});

/** A right value for each parameter of a query; enumerations have their own. */
const QUERY: Record<string, string> = {
  limit: "5",
  cursor: "0".repeat(26),
  reference: "INS-1",
  created_after: "2026-05-23T11:42:15Z",
  created_before: "2026-05-23T11:42:15Z",
  at: "2026-05-23T11:42:15Z",
  session_id: "sess_1",
  endpoint: "we-1",
  action: "evidence.viewed",
  actor: "member:1",
  since: "2026-05-23T11:42:15Z",
  until: "2026-05-23T11:42:15Z",
  sequence: "0",
  size: "1",
  first: "0",
  second: "0",
  sessions: "sess_01KS7A3VJ8Q4M2X6TB9ZC5RDHW",
};

const WRONG_LIMITS = ["0", "101"];
const WRONG_NUMBERS = [
  "-1",
  "1.5",
  "1e1",
  "0x10",
  "%205",
  "5%20",
  "%2B5",
  "５",
  "9".repeat(400),
  "NaN",
  "Infinity",
  "null",
];
const WRONG_ANYWHERE = ["", "%20", "x".repeat(5000), "a%00b", "%07", "%EF%BB%BF"];

const WITH_QUERY = ALL_OPERATIONS.flatMap((named) => {
  const { query } = named.operation;
  return query ? [{ name: named.name, named, query }] : [];
});

test.each(WITH_QUERY)("every wrong value in the query of $name is a 400 that names it", async ({ named, query }) => {
  const target = targetOf(named);
  const { properties = {}, required = [] } = bodySchemaOf(query);
  const right = (name: string) => QUERY[name] ?? String(properties[name]?.enum?.[0]);
  const needed = required.map((name) => `${name}=${right(name)}`);
  const wrong = Object.entries(properties).flatMap(([name, schema]) => {
    const values = [
      ...WRONG_ANYWHERE,
      ...(schema.type === "integer" ? WRONG_NUMBERS : []),
      ...(name === "limit" ? WRONG_LIMITS : []),
      ...(schema.enum ? ["other"] : []),
      ...(schema.format === "date-time" ? [LONG_FRACTION] : []),
    ];
    const others = needed.filter((one) => !one.startsWith(`${name}=`));
    return [
      ...values.map((value) => ({ name, query: [...others, `${name}=${value}`] })),
      { name, query: [...others, `${name}=${right(name)}`, `${name}=${right(name)}`] },
      { name: `${name}[]`, query: [...needed, `${name}[]=${right(name)}`] },
    ];
  });
  wrong.push(
    { name: "unknown", query: [...needed, "unknown=1"] },
    { name: "__proto__", query: [...needed, "__proto__=1"] },
  );
  for (const name of required) wrong.push({ name, query: needed.filter((one) => !one.startsWith(`${name}=`)) });
  const faults = await forEach(wrong, async ({ name, query }) => {
    const response = await fetch(`${target.url}?${query.join("&")}`, { headers: target.headers });
    const text = await response.text();
    const named = response.status === 400 && Problem.parse(JSON.parse(text)).param;
    // NUL is refused before anything is read.
    const isRight = named === name || (response.status === 400 && query.some((one) => one.includes("%00")));
    return isRight ? [] : [`${name}, ${query.join("&").slice(0, 100)}: ${response.status} ${text.slice(0, 300)}`];
  });
  expect(faults).toEqual([]);
});

const LONG_AGO = ["0000-01-01T00:00:00Z", "0001-01-01T00:00:00%2B23:59", "1969-12-31T23:59:59Z"];
const FAR_AHEAD = ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-23:59"];

test("moments at the very ends of time are before or after everything", async () => {
  const Page = z.object({ data: z.array(z.unknown()) });
  const count = async (query: string) => {
    const response = await instance.api(`/v1/sessions?${query}`);
    expect(response.status, query).toBe(200);
    return Page.parse(await response.json()).data.length;
  };
  for (const moment of LONG_AGO) {
    expect(await count(`created_after=${moment}`), moment).toBeGreaterThan(0);
    expect(await count(`created_before=${moment}`), moment).toBe(0);
  }
  for (const moment of FAR_AHEAD) {
    expect(await count(`created_after=${moment}`), moment).toBe(0);
    expect(await count(`created_before=${moment}`), moment).toBeGreaterThan(0);
  }
  for (const moment of [...LONG_AGO, ...FAR_AHEAD, "2026-05-23T11:42:15.123456789Z"]) {
    expect((await instance.api(`/v1/whiteboards/wb_1.svg?at=${moment}`)).status, moment).toBe(404);
  }
});

test("what else is right in a query and looks wrong is answered", async () => {
  const queries = [
    "created_after=2026-05-23T11:42:15.123456789Z",
    "reference=%F0%9F%98%80%FF%ED%A0%80",
    `reference=${encodeURIComponent("ü".repeat(120))}`,
    "reference=%25%27%22%3B--",
  ];
  for (const query of queries) expect((await instance.api(`/v1/sessions?${query}`)).status, query).toBe(200);
  for (const path of ["/sessions", "/evidence", "/webhook-events", "/webhook-endpoints", "/org/members"]) {
    expect((await instance.api(`/v1${path}?cursor=${"9".repeat(26)}`)).status, path).toBe(200);
  }
});

test("after all of it the server works as before, and has logged no failure of its own", async () => {
  await instance.post("/v1/sessions", FULL_BODIES.createSession?.full, Session);
  expect(instance.child("server").lines.filter((line) => line.includes('"level":50'))).toEqual([]);
});
