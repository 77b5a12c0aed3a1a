import { createHash } from "node:crypto";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import { readCheckpoint, verifierKey, verifyCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import { loadSessionProof, type SessionProof } from "@nexbasira/core/audit/load-session-proof.ts";
import { listVerifierKeys, logOrigin, rotateLogKey } from "@nexbasira/core/audit/log-key.ts";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import { bitcoinHeight, readDetached } from "@nexbasira/core/audit/open-timestamps.ts";
import { verifyStoredLog } from "@nexbasira/core/audit/verify-stored-log.ts";
import { answerTimeStampRequest } from "@nexbasira/core/authority/time-stamp-authority.ts";
import { AnchoredEvent } from "@nexbasira/core/contract/audit.ts";
import { Retryable } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { listAnchors } from "@nexbasira/core/database/anchors.ts";
import { listAuditRecords } from "@nexbasira/core/database/audit-entries.ts";
import { listAuditLogKeys } from "@nexbasira/core/database/audit-log-keys.ts";
import { countBrokenLogs, findVerification } from "@nexbasira/core/database/audit-verifications.ts";
import { listCheckpoints } from "@nexbasira/core/database/checkpoints.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { newFernetKey } from "@nexbasira/core/secrets/fernet.ts";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anchorCheckpoint, upgradeAnchor } from "../../workers/anchoring/anchor-checkpoint.ts";
import { checkpointLogs } from "../../workers/anchoring/checkpoint-logs.ts";
import { checkpointSession } from "../../workers/anchoring/checkpoint-session.ts";
import { type AnchoringContext, listAuthorities } from "../../workers/anchoring/context.ts";
import { verifyAuditLog, verifyAuditLogs } from "../../workers/anchoring/verify-audit-logs.ts";
import type { TimeStampSource } from "../../workers/signing/time-stamp-client.ts";
import { type CalendarServer, startCalendarServer } from "../helpers/calendar-server.ts";
import { fillLog, newLog } from "../helpers/fill-log.ts";
import { localWay } from "../helpers/revocation-server.ts";
import { issueTimeStampKey, makeTestAuthority } from "../helpers/test-authority.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";
import { honest, send, startTimeStampServer, type TimeStampHandler } from "../helpers/time-stamp-server.ts";

const root = await makeTestAuthority("Root");
const tsa = await issueTimeStampKey(root);

let testDatabase: TestDatabase;
let database: Database;
let jobs: JobQueue;
let calendar: CalendarServer;
const closers: (() => Promise<unknown>)[] = [];
/** What the second authority does just now. */
let second: TimeStampHandler = honest(tsa);
let context: AnchoringContext;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  jobs = new JobQueue({ databaseUrl: testDatabase.url, works: false, onError: (error) => expect.fail(error.message) });
  await jobs.start();
  const servers = [
    await startTimeStampServer(honest(tsa)),
    await startTimeStampServer((request, response) => second(request, response)),
  ];
  calendar = await startCalendarServer();
  closers.push(...servers.map(({ close }) => close), calendar.close);
  const [first, other] = servers.map(
    ({ url }, index): TimeStampSource => ({
      name: index === 0 ? "first-tsa" : "second-tsa",
      qualified: index === 0,
      url,
      roots: [root.certificate],
      policy: null,
    }),
  );
  if (!first || !other) throw new Error("no servers");
  const authorities = [first, other].map(({ name, url, qualified }) => ({ name, url, qualified }));
  context = {
    database,
    jobs,
    configuration: {
      masterKeys: [newFernetKey()],
      publicUrl: "https://inspect.example.com",
      timeStamps: { authorities, roots: null },
      openTimestamps: { calendars: [] },
    },
    timeStamps: [first, other],
  };
});
afterAll(async () => {
  await jobs.close();
  for (const close of closers) await close();
  await testDatabase.close();
});

const withCalendar = () => ({
  ...context,
  certificateWay: localWay,
  configuration: { ...context.configuration, openTimestamps: { calendars: [calendar.url] } },
});

async function newSession(orgId: number): Promise<{ id: string; org_id: number }> {
  const id = newId("session");
  await sql`
    insert into sessions (id, org_id, mode, type, status, reference, participant_name, participant_channel,
      participant_locale, signature_level, recording, metadata, expires_at)
    values (${id}, ${orgId}, 'test', 'field_inspection', 'active', 'INS-1', 'Marie', 'link', 'en', 'none', false, '{}',
      now() + interval '1 day')`.execute(database);
  return { id, org_id: orgId };
}

async function appendTo(session: { id: string; org_id: number }, action: string): Promise<void> {
  await inTransaction(database, (transaction) =>
    appendAuditEntry(transaction, session.org_id, {
      actor: { type: "system", id: "test" },
      action,
      session_id: session.id,
      object: null,
      object_hash: null,
    }),
  );
}

async function checkpointOf(
  orgId: number,
  of: Parameters<typeof makeCheckpoint>[2] = null,
  by = context,
): Promise<string> {
  const id = await makeCheckpoint({ ...by, authorities: listAuthorities(by) }, orgId, of);
  if (id === undefined) throw new Error("no checkpoint");
  return id;
}

const anchorsOf = (checkpointId: string) => listAnchors(database, [checkpointId]);

/** What `audit.anchored` told, in order. */
async function told(orgId: number): Promise<AnchoredEvent[]> {
  const rows = await database
    .selectFrom("events")
    .select("data")
    .where("org_id", "=", orgId)
    .where("type", "=", "audit.anchored")
    .orderBy("id")
    .execute();
  return rows.map(({ data }) => AnchoredEvent.parse(data));
}

/** How many entries of a log tell of anchors. */
async function anchoredEntries(orgId: number): Promise<number> {
  const rows = await database
    .selectFrom("audit_entries")
    .select("sequence")
    .where("org_id", "=", orgId)
    .where("action", "=", "audit.anchored")
    .execute();
  return rows.length;
}

async function jobsOf(name: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from pgboss.job where name = ${name}`.execute(database);
  return rows[0]?.count ?? 0;
}

describe("a checkpoint", () => {
  test("is the signed head of the log, made once for a size, with a row and a job for each authority", async () => {
    const orgId = await newLog(database, "head");
    expect(await makeCheckpoint({ ...context, authorities: [] }, orgId, null)).toBeUndefined();
    await fillLog(database, orgId, 300);
    const before = await jobsOf("anchor-checkpoint");
    const made = await Promise.all(Array.from({ length: 5 }, () => checkpointOf(orgId)));
    expect(new Set(made).size).toBe(1);
    expect(await jobsOf("anchor-checkpoint")).toBe(before + 2);
    const [row] = await listCheckpoints(database, orgId, { limit: 10 });
    const head = readCheckpoint(row?.note ?? "");
    expect(head).toMatchObject({ origin: `inspect.example.com/audit/${orgId}`, size: 300 });
    const keys = await keysOf();
    expect(keys).toHaveLength(1);
    expect(await verifyCheckpoint(row?.note ?? "", keyFor(keys[0], head.origin))).toBe(true);
    expect((await anchorsOf(made[0] ?? "")).map(({ authority, qualified }) => [authority, qualified])).toEqual([
      ["first-tsa", true],
      ["second-tsa", false],
    ]);
  });

  async function keysOf() {
    return database.selectFrom("audit_log_keys").selectAll().execute();
  }
  function keyFor(row: { public_key: Buffer } | undefined, origin: string): string {
    const key = new Uint8Array(row?.public_key ?? []);
    const id = createHash("sha256").update(`${origin}\n`).update(Buffer.of(1)).update(key).digest("hex").slice(0, 8);
    return `${origin}+${id}+${Buffer.concat([Buffer.of(1), key]).toString("base64")}`;
  }
});

describe("anchoring", () => {
  test("goes on at one authority while another is down, says why that one waits, and makes up for it", async () => {
    const orgId = await newLog(database, "down");
    await fillLog(database, orgId, 10);
    const id = await checkpointOf(orgId);
    second = (_, response) => response.writeHead(503).end();
    const [first, other] = await anchorsOf(id);
    await anchorCheckpoint(context, first?.id ?? "");
    await expect(anchorCheckpoint(context, other?.id ?? "")).rejects.toThrow(Retryable);
    expect(await anchorsOf(id)).toMatchObject([
      { status: "anchored", problem: null, development: false },
      { status: "pending", token: null, problem: expect.stringContaining("status 503") },
    ]);
    expect(await told(orgId)).toMatchObject([{ authority: "first-tsa", qualified: true, kind: "rfc3161" }]);
    second = honest(tsa);
    await anchorCheckpoint(context, other?.id ?? "");
    expect(await anchorsOf(id)).toMatchObject([{ status: "anchored" }, { status: "anchored", problem: null }]);
    const events = await told(orgId);
    expect(events.map(({ authority }) => authority)).toEqual(["first-tsa", "second-tsa"]);
    expect(events[0]?.checkpoint).toMatchObject({ id, size: 10, origin: `inspect.example.com/audit/${orgId}` });
    expect(await anchoredEntries(orgId)).toBe(2);
  });

  const liars: Record<string, TimeStampHandler> = {
    "a replayed token": async (_, response) => {
      second = honest(tsa);
      const id = await checkpointOf(replayed);
      await anchorCheckpoint(context, (await anchorsOf(id))[1]?.id ?? "");
      send(response, Buffer.from((await anchorsOf(id))[1]?.token ?? ""));
    },
    "a token of nobody's trust": async (request, response) => {
      const stranger = await issueTimeStampKey(await makeTestAuthority("Stranger"));
      send(response, await answerTimeStampRequest(stranger, request));
    },
    "an expired certificate's token": async (request, response) => {
      const expired = await issueTimeStampKey(root, { validFrom: -20, validUntil: -10 });
      send(response, await answerTimeStampRequest(expired, request));
    },
    "half an answer": async (request, response) => {
      const whole = await answerTimeStampRequest(tsa, request);
      send(response, whole.slice(0, whole.length / 2));
    },
  };
  let replayed = 0;

  test.each(Object.keys(liars))("%s is never kept", async (lie) => {
    replayed = await newLog(database, `replayed-${lie}`);
    await fillLog(database, replayed, 3);
    const orgId = await newLog(database, `liar-${lie}`);
    await fillLog(database, orgId, 10);
    const id = await checkpointOf(orgId);
    const [, anchor] = await anchorsOf(id);
    second = liars[lie] ?? honest(tsa);
    await expect(anchorCheckpoint(context, anchor?.id ?? "")).rejects.toThrow(Retryable);
    second = honest(tsa);
    const [, after] = await anchorsOf(id);
    expect(after).toMatchObject({ status: "pending", token: null, problem: expect.stringContaining("refused") });
    expect(await told(orgId)).toEqual([]);
  });

  test("by several workers at once is told once", async () => {
    const orgId = await newLog(database, "at-once");
    const session = await newSession(orgId);
    await appendTo(session, "signature.completed");
    const id = await checkpointOf(orgId, { session_id: session.id, reason: "signature" });
    const anchors = await anchorsOf(id);
    await Promise.all([...anchors, ...anchors, ...anchors].map((anchor) => anchorCheckpoint(context, anchor.id)));
    const events = await told(orgId);
    expect(events.map(({ authority }) => authority).sort()).toEqual(["first-tsa", "second-tsa"]);
    expect(events.every(({ session_id }) => session_id === session.id)).toBe(true);
    expect(await anchoredEntries(orgId)).toBe(2);
  });

  test("that was done before a session is linked to its checkpoint is told to the session then", async () => {
    const orgId = await newLog(database, "late");
    const session = await newSession(orgId);
    await appendTo(session, "signature.completed");
    // An hourly checkpoint was faster, and so were its anchors.
    const id = await checkpointOf(orgId);
    for (const anchor of await anchorsOf(id)) {
      await database
        .updateTable("audit_anchors")
        .set({ status: "anchored", token: Buffer.of(1), anchored_at: new Date() })
        .where("id", "=", anchor.id)
        .execute();
    }
    const of = { session_id: session.id, reason: "signature" } as const;
    expect(await checkpointOf(orgId, of)).toBe(id);
    await checkpointOf(orgId, of);
    const events = await told(orgId);
    expect(events.map(({ session_id }) => session_id)).toEqual([session.id, session.id]);
  });

  test("does not hold a session's end up for an authority that does not answer", async () => {
    const orgId = await newLog(database, "slow");
    const session = await newSession(orgId);
    await appendTo(session, "session.completed");
    const waiting: (() => void)[] = [];
    second = (_, response) => void waiting.push(() => response.writeHead(503).end());
    const started = performance.now();
    await checkpointSession(context, session);
    expect(performance.now() - started).toBeLessThan(8_000);
    for (const answer of waiting) answer();
    second = honest(tsa);
    const proof = await loadSessionProof(database, session);
    expect(proof?.anchors).toMatchObject([{ kind: "rfc3161", authority: "first-tsa" }]);
    // It is the signed document's checkpoint that a session is told of.
    expect((await told(orgId)).map(({ session_id }) => session_id)).toEqual([null]);
  });
});

test("every hour the logs that have grown get a checkpoint, and one in which only anchors were noted does not", async () => {
  const orgId = await newLog(database, "hourly");
  const sizes = async () => (await listCheckpoints(database, orgId, { limit: 10 })).map(({ size }) => size);
  await fillLog(database, orgId, 5);
  await checkpointLogs(context);
  expect(await sizes()).toEqual([5]);
  const [checkpoint] = await listCheckpoints(database, orgId, { limit: 1 });
  for (const anchor of await anchorsOf(checkpoint?.id ?? "")) await anchorCheckpoint(context, anchor.id);
  await checkpointLogs(context);
  expect(await sizes()).toEqual([5]);
  await fillLog(database, orgId, 1);
  await checkpointLogs(context);
  expect(await sizes()).toEqual([8, 5]);
});

test("a log with a hole gets no checkpoint, and keeps no other log from its own", async () => {
  const [broken, whole] = [await newLog(database, "broken"), await newLog(database, "whole")];
  await fillLog(database, broken, 5);
  await fillLog(database, whole, 5);
  const [lost] = await database
    .deleteFrom("audit_entries")
    .where("org_id", "=", broken)
    .where("sequence", "=", 2)
    .returningAll()
    .execute();
  await expect(checkpointLogs(context)).rejects.toThrow("some logs have no checkpoint");
  expect(await listCheckpoints(database, broken, { limit: 1 })).toEqual([]);
  expect(await listCheckpoints(database, whole, { limit: 1 })).toMatchObject([{ size: 5 }]);
  if (lost) await database.insertInto("audit_entries").values(lost).execute();
  await checkpointLogs(context);
  expect(await listCheckpoints(database, broken, { limit: 1 })).toMatchObject([{ size: 5 }]);
});

test("an anchor that nobody tries any more is tried again, if its authority is still there", async () => {
  const orgId = await newLog(database, "idle");
  await fillLog(database, orgId, 5);
  const id = await checkpointOf(orgId);
  const idle = database.updateTable("audit_anchors").set({ attempted_at: sql`now() - interval '2 hours'` });
  await idle.where("checkpoint_id", "=", id).execute();
  const rename = database.updateTable("audit_anchors").set({ authority: "gone-tsa" });
  await rename.where("checkpoint_id", "=", id).where("authority", "=", "second-tsa").execute();
  await checkpointLogs(context);
  const [kept, gone] = await anchorsOf(id);
  const jobsFor = async (anchorId: string | undefined) => {
    const { rows } = await sql`
      select id from pgboss.job where name = 'anchor-checkpoint' and data ->> 'anchor_id' = ${anchorId}`.execute(
      database,
    );
    return rows.length;
  };
  expect([await jobsFor(kept?.id), await jobsFor(gone?.id)]).toEqual([2, 1]);
  await expect(anchorCheckpoint(context, gone?.id ?? "")).rejects.toThrow("not configured any more");
});

/** Checks a session's proof with nothing but what it holds. */
async function holds(proof: SessionProof): Promise<void> {
  const { size, root: hash } = readCheckpoint(proof.checkpoint);
  expect(await verifyCheckpoint(proof.checkpoint, proof.log.keys[0] ?? "")).toBe(true);
  const decode = (texts: readonly string[]) => texts.map((text) => new Uint8Array(Buffer.from(text, "base64")));
  for (const [place, { record, inclusion }] of proof.entries.entries()) {
    const { sequence, session_sequence } = AuditRecord.parse(JSON.parse(record));
    expect(session_sequence).toBe(place);
    const leaf = leafHash(Buffer.from(record));
    expect(verifyInclusion(decode(inclusion), { leaf, index: sequence, size, root: hash })).toBe(true);
  }
  for (const { checkpoint, consistency } of proof.earlier) {
    expect(verifyConsistency(decode(consistency), readCheckpoint(checkpoint), { size, root: hash })).toBe(true);
  }
}

test("a session's proof holds by itself, at its end and when newer checkpoints are anchored", async () => {
  const orgId = await newLog(database, "proof");
  const session = await newSession(orgId);
  expect(await loadSessionProof(database, session)).toBeUndefined();
  for (const action of ["session.created", "evidence.added", "session.completed"]) {
    await appendTo(session, action);
    await fillLog(database, orgId, 130);
  }
  await checkpointSession(context, session);
  const atEnd = await loadSessionProof(database, session);
  if (!atEnd) throw new Error("no proof");
  await holds(atEnd);
  expect(atEnd.entries).toHaveLength(3);
  expect(atEnd.anchors).toHaveLength(2);
  expect(atEnd.earlier).toEqual([]);

  await appendTo(session, "signature.completed");
  const signed = await checkpointOf(orgId, { session_id: session.id, reason: "signature" });
  const beforeAnchors = await loadSessionProof(database, session);
  expect(beforeAnchors?.entries).toHaveLength(4);
  expect(beforeAnchors?.anchors).toEqual([]);
  expect(beforeAnchors?.earlier).toMatchObject([{ checkpoint: atEnd.checkpoint, anchors: atEnd.anchors }]);
  for (const anchor of await anchorsOf(signed)) await anchorCheckpoint(context, anchor.id);
  await fillLog(database, orgId, 700);
  const later = await checkpointOf(orgId);
  await anchorCheckpoint(context, (await anchorsOf(later))[0]?.id ?? "");
  const bundled = await loadSessionProof(database, session);
  if (!bundled) throw new Error("no proof");
  await holds(bundled);
  // Those that tell the session of its anchors are behind its checkpoint, and below the later one.
  expect(bundled.entries).toHaveLength(6);
  expect(bundled.anchors).toHaveLength(1);
  expect(bundled.earlier.map(({ anchors }) => anchors.length)).toEqual([2, 2]);
});

describe("OpenTimestamps", () => {
  async function submitted(slug: string) {
    const orgId = await newLog(database, slug);
    await fillLog(database, orgId, 4);
    const id = await checkpointOf(orgId, null, withCalendar());
    const find = async () => (await anchorsOf(id)).find(({ kind }) => kind === "opentimestamps");
    const anchor = await find();
    if (!anchor) throw new Error("no anchor");
    return { orgId, id: anchor.id, find };
  }

  test("keeps the calendar's receipt, and is anchored when a block attests to it", async () => {
    const { orgId, id, find } = await submitted("calendar");
    await anchorCheckpoint(withCalendar(), id);
    await anchorCheckpoint(withCalendar(), id);
    expect(calendar.submissions).toBe(1);
    const receipt = (await find())?.token;
    expect(await find()).toMatchObject({ status: "pending", problem: null, bitcoin_height: null });
    await upgradeAnchor(withCalendar(), { id, token: receipt ?? Buffer.of() });
    expect(await find()).toMatchObject({ status: "pending", problem: null });
    calendar.confirm(871_234);
    await upgradeAnchor(withCalendar(), { id, token: receipt ?? Buffer.of() });
    const done = await find();
    expect(done).toMatchObject({ status: "anchored", bitcoin_height: 871_234 });
    const proof = readDetached(done?.token ?? Buffer.of());
    expect(bitcoinHeight(proof)).toBe(871_234);
    expect(Buffer.from(proof.message).toString("hex")).toBe(
      createHash("sha256")
        .update(done?.note ?? "")
        .digest("hex"),
    );
    expect(await told(orgId)).toMatchObject([{ kind: "opentimestamps", bitcoin_height: 871_234, session_id: null }]);
  });

  test("says why there is no receipt while the calendars are down or lie", async () => {
    const { id, find } = await submitted("calendar-down");
    for (const body of [Buffer.from("Bad gateway"), Buffer.alloc(20_000)]) {
      calendar.breakWith({ status: body.length > 100 ? 200 : 502, body });
      await expect(anchorCheckpoint(withCalendar(), id)).rejects.toThrow(Retryable);
      expect(await find()).toMatchObject({ token: null, problem: expect.stringContaining(calendar.url) });
    }
    calendar.breakWith({ status: 200, body: Buffer.from("f008", "hex") });
    await expect(anchorCheckpoint(withCalendar(), id)).rejects.toThrow("cut off");
    calendar.breakWith(null);
    await anchorCheckpoint(withCalendar(), id);
    expect(await find()).toMatchObject({ problem: null });
  });

  test("is asked of nobody where no calendar is configured", async () => {
    expect(listAuthorities(context).map(({ kind }) => kind)).toEqual(["rfc3161", "rfc3161"]);
  });
});

test("a new key signs from the day on that it replaces another, and both keys' checkpoints go on to hold", async () => {
  const { masterKeys, publicUrl } = context.configuration;
  const orgId = await newLog(database, "rotated");
  const origin = logOrigin(publicUrl, orgId);
  await fillLog(database, orgId, 3);
  await checkpointOf(orgId);
  const [earlier, ...none] = await listVerifierKeys(database, origin);
  expect(none).toEqual([]);
  const key = await rotateLogKey(database, masterKeys);
  await checkpointOf(orgId);
  const keys = await listVerifierKeys(database, origin);
  expect(keys).toEqual([verifierKey(origin, key), earlier]);
  const notes = (await listCheckpoints(database, orgId, { after_size: 0, limit: 10 })).map(({ note }) => note);
  const signed = notes.map((note) => Promise.all(keys.map((each) => verifyCheckpoint(note, each))));
  // One before, one over the entry that tells of the replacement.
  expect(await Promise.all(signed)).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(await verifyStoredLog(database, orgId, async () => undefined)).toEqual({ size: 4, problem: null });
  const [last] = (await listAuditRecords(database, orgId, 3, 1)).map(({ record }) => JSON.parse(record));
  expect(last).toMatchObject({
    action: "audit_log.key_replaced",
    details: { key: Buffer.from(key).toString("base64") },
  });
  // What cannot be read any more cannot get out.
  const rows = await listAuditLogKeys(database);
  expect(rows.map(({ encrypted }) => encrypted === null)).toEqual([false, true]);
});

describe("the verification of all logs", () => {
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });

  test("says of a log that holds that it does, and of one that does not what is wrong and where", async () => {
    const orgId = await newLog(database, "verified");
    const session = await newSession(orgId);
    await appendTo(session, "session.created");
    await fillLog(database, orgId, 700);
    const id = await checkpointOf(orgId);
    for (const anchor of await anchorsOf(id)) await anchorCheckpoint(context, anchor.id);
    await fillLog(database, orgId, 20);
    const verify = async () => {
      await verifyAuditLog({ ...context, log }, orgId);
      return findVerification(database, orgId);
    };
    await verifyAuditLogs({ ...context, log });
    expect((await countBrokenLogs(database)) > 0).toBe(lines.some((line) => line.includes("DOES NOT HOLD")));
    expect(await verify()).toMatchObject({ size: 723, problem: null });

    const record = sql<string>`replace(record, 'session.created', 'session.deleted')`;
    const first = database.updateTable("audit_entries").where("org_id", "=", orgId).where("sequence", "=", 0);
    await first.set({ record }).execute();
    expect(await verify()).toMatchObject({ size: 0, problem: expect.stringContaining("entry 0: its hash") });
    expect(lines.some((line) => line.includes("THE AUDIT LOG DOES NOT HOLD"))).toBe(true);
    await first.set({ record: sql`replace(record, 'session.deleted', 'session.created')` }).execute();
    expect(await verify()).toMatchObject({ size: 723, problem: null });

    const alterations = [
      sql`update audit_tiles set hashes = overlay(hashes placing '\\x00' from 40) where org_id = ${orgId} and level = 0 and index = 1`,
      sql`delete from audit_tiles where org_id = ${orgId} and level = 1`,
      sql`update audit_checkpoints set root = repeat('ab', 32) where org_id = ${orgId}`,
      sql`update audit_anchors set token = overlay(token placing '\\x00' from 100) where org_id = ${orgId}`,
      sql`update audit_logs set head_hash = repeat('ab', 32) where org_id = ${orgId}`,
      sql`delete from audit_entries where org_id = ${orgId} and sequence = 722`,
      sql`update audit_logs set size = 700 where org_id = ${orgId}`,
    ];
    const problems: (string | null | undefined)[] = [];
    for (const alteration of alterations) {
      const undone = new Error("undone");
      await database
        .transaction()
        .execute(async (transaction) => {
          await alteration.execute(transaction);
          await verifyAuditLog({ ...context, database: transaction, log }, orgId);
          problems.push((await findVerification(transaction, orgId))?.problem);
          throw undone;
        })
        .catch((error: unknown) => expect(error).toBe(undone));
    }
    expect(problems).toEqual([
      expect.stringContaining("tile 0/1: "),
      expect.stringContaining("tile 1/0: "),
      expect.stringContaining("checkpoint of 701 entries: its root"),
      expect.stringMatching(/^anchor anc_.* \(first-tsa\) of 701 entries: /),
      expect.stringContaining("the log's head"),
      expect.stringContaining("entry 722: it is missing"),
      expect.stringContaining("the log was cut off"),
    ]);
  });
});
