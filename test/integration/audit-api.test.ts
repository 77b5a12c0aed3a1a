import { createHash } from "node:crypto";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { verifierKey, verifyCheckpoint } from "@nexbasira/core/audit/checkpoint-note.ts";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "@nexbasira/core/audit/merkle-tree.ts";
import { readConfiguration } from "@nexbasira/core/configuration/configuration.ts";
import {
  AuditCheckpoint,
  AuditCheckpointPage,
  type AuditLogEntry,
  AuditLogEntryPage,
  AuditLogKeys,
  AuditVerification,
  ConsistencyProof,
  InclusionProof,
} from "@nexbasira/core/contract/audit.ts";
import { Problem } from "@nexbasira/core/contract/common.ts";
import type { Scope } from "@nexbasira/core/contract/permission.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { newSession } from "../bench/product-call.ts";
import { Child } from "../helpers/child.ts";
import { fillLog } from "../helpers/fill-log.ts";
import { Instance } from "../helpers/instance.ts";
import { makeKey, makeOrganization } from "../helpers/make-organization.ts";
import { NO_LIMITS } from "../helpers/no-limits.ts";

/** What the organization's log holds besides what its making has left there. */
const ENTRIES = 330;

let instance: Instance;
let orgId: number;
let live: string;
/** Of each size, with its anchor's id. */
let checkpoints: { id: string; size: number }[];

beforeAll(async () => {
  instance = await Instance.start(["server"], NO_LIMITS);
  orgId = await makeOrganization(instance, "The logged one");
  live = await makeKey(instance, orgId, ["audit:read", "evidence:read"], "live");
  const { database } = instance.testDatabase;
  for (const count of [ENTRIES - 30, 30]) {
    await fillLog(database, orgId, count);
    await checkpointLog();
  }
  const rows = await database
    .selectFrom("audit_checkpoints")
    .select(["id", "size"])
    .where("org_id", "=", orgId)
    .execute();
  checkpoints = rows.sort((one, other) => one.size - other.size);
});

async function checkpointLog(): Promise<void> {
  const { database, url } = instance.testDatabase;
  const jobs = new JobQueue({ databaseUrl: url, works: false, onError: (error) => expect.fail(error.message) });
  await jobs.start();
  const configuration = readConfiguration(instance.environment);
  const authorities = [{ kind: "rfc3161", authority: "a-tsa", qualified: true, development: false }] as const;
  await makeCheckpoint({ database, jobs, configuration, authorities }, orgId, null);
  await jobs.close();
}
afterAll(() => instance.stop());

const get = (path: string, key = live) =>
  fetch(`${instance.url}/v1/audit/${path}`, { headers: { authorization: `Bearer ${key}` } });
const read = async (path: string, key = live): Promise<unknown> => {
  const response = await get(path, key);
  expect(response.status).toBe(200);
  return response.json();
};

async function entriesBy(query: string, key = live): Promise<AuditLogEntry[]> {
  const all: AuditLogEntry[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: z.infer<typeof AuditLogEntryPage> = AuditLogEntryPage.parse(
      await read(`entries?limit=100&${query}${cursor ? `&cursor=${cursor}` : ""}`, key),
    );
    all.push(...page.data);
    cursor = page.next_cursor;
    expect(page.has_more).toBe(cursor !== null);
  }
  return all;
}

describe("GET /audit/entries", () => {
  test("lists every entry once, in either order, each as its record says", async () => {
    const newest = await entriesBy("order=newest");
    const oldest = await entriesBy("order=oldest");
    expect(oldest.map(({ sequence }) => sequence)).toEqual(newest.map(({ sequence }) => sequence).reverse());
    // The entries of sessions that are none of this mode's are not among them.
    expect(oldest.every(({ session_id }) => session_id === null)).toBe(true);
    for (const entry of oldest) {
      expect(createHash("sha256").update(entry.record).digest("hex")).toBe(entry.hash);
      const { object, object_hash, actor, org_id, ...record } = JSON.parse(entry.record);
      expect(org_id).toBe(orgId);
      expect({ ...entry, subject: object, subject_hash: object_hash }).toMatchObject({ ...entry, ...record });
      expect(entry.actor).toMatchObject(actor);
    }
  });

  test("filters by session, action, actor and time, and tells a key's own mode alone", async () => {
    const { database } = instance.testDatabase;
    const session = await newSession(instance, {});
    const { org_id } = await database
      .selectFrom("sessions")
      .select("org_id")
      .where("id", "=", session.id)
      .executeTakeFirstOrThrow();
    const [all, test] = [
      await makeKey(instance, org_id, ["audit:read"], "live"),
      await makeKey(instance, org_id, ["audit:read"], "test"),
    ];
    await inTransaction(database, (transaction) =>
      appendAuditEntry(transaction, org_id, {
        actor: { type: "member", id: "1" },
        action: "settings.changed",
        session_id: null,
        object: null,
        object_hash: null,
      }),
    );
    const ofSession = await entriesBy(`session_id=${session.id}&order=oldest`, session.mode === "test" ? test : all);
    expect(ofSession[0]).toMatchObject({ action: "session.created", session_sequence: 0, session_id: session.id });
    expect(await entriesBy(`session_id=${session.id}`, session.mode === "test" ? all : test)).toEqual([]);
    const settings = await entriesBy("action=settings.changed&actor=member:1", all);
    expect(settings).toMatchObject([{ actor: { type: "member", id: "1" } }]);
    expect(await entriesBy("action=settings.changed", test)).toEqual([]);
    const at = settings[0]?.recorded_at ?? "";
    expect(await entriesBy(`action=settings.changed&since=${at}`, all)).toHaveLength(1);
    expect(await entriesBy(`action=settings.changed&until=${at}`, all)).toEqual([]);
  });

  test("filters by the object: every entry of it and of nothing else, with the other filters", async () => {
    const found = await entriesBy("object=evd_5&order=oldest");
    // One of each filling.
    expect(found).toHaveLength(2);
    expect(found.map(({ subject }) => subject)).toEqual(found.map(() => ({ type: "evidence_item", id: "evd_5" })));
    const later = `since=${found[1]?.recorded_at}`;
    expect(await entriesBy(`object=evd_5&action=evidence.downloaded&${later}`)).toEqual([found[1]]);
    expect(await entriesBy("object=evd_5&action=evidence.viewed")).toEqual([]);
    expect(await entriesBy("object=evd_")).toEqual([]);
    const stranger = await makeKey(instance, await makeOrganization(instance, "A third one"), ["audit:read"], "live");
    expect(await entriesBy("object=evd_5", stranger)).toEqual([]);
  });

  test.each([
    "cursor=x",
    "action=viewed",
    "actor=anybody",
    "since=yesterday",
    "order=any",
    "limit=0",
    "session_id=a%20b",
    "object=a%20b",
    "x=1",
  ])("answers %s with 400 and its name", async (query) => {
    const response = await get(`entries?${query}`);
    expect(response.status).toBe(400);
    expect(Problem.parse(await response.json()).param).toBe(query.split("=")[0]);
  });
});

describe("checkpoints and proofs", () => {
  test("hold together: a page of checkpoints, their notes, an entry's inclusion, the log's growth", async () => {
    const page = AuditCheckpointPage.parse(await read("checkpoints?limit=1"));
    expect(page).toMatchObject({ has_more: true, data: [{ size: checkpoints[1]?.size }] });
    const rest = AuditCheckpointPage.parse(await read(`checkpoints?cursor=${page.next_cursor}`));
    expect(rest).toMatchObject({ has_more: false, data: [{ size: checkpoints[0]?.size }] });
    const [later] = page.data;
    const [earlier] = rest.data;
    if (!later || !earlier) throw new Error("no checkpoints");
    expect(AuditCheckpoint.parse(await read(`checkpoints/${later.id}`))).toEqual(later);
    expect(later.anchors).toMatchObject([{ authority: "a-tsa", status: "pending", token_url: null }]);
    const { keys, origin, size } = AuditLogKeys.parse(await read("keys"));
    expect([origin, size]).toEqual([later.origin, later.size]);
    for (const { note } of [later, earlier]) expect(await verifyCheckpoint(note, keys[0] ?? "")).toBe(true);

    const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
    const [entry] = await entriesBy("order=newest");
    if (!entry) throw new Error("no entry");
    const inclusion = InclusionProof.parse(
      await read(`proofs/inclusion?sequence=${entry.sequence}&size=${later.size}`),
    );
    const leaf = leafHash(Buffer.from(entry.record));
    expect(inclusion).toMatchObject({ root: later.root, leaf_hash: Buffer.from(leaf).toString("hex") });
    expect(
      verifyInclusion(inclusion.hashes.map(bytes), {
        leaf,
        index: entry.sequence,
        size: later.size,
        root: bytes(later.root),
      }),
    ).toBe(true);
    const consistency = ConsistencyProof.parse(
      await read(`proofs/consistency?first=${earlier.size}&second=${later.size}`),
    );
    expect(consistency).toMatchObject({ first_root: earlier.root, second_root: later.root });
    expect(
      verifyConsistency(
        consistency.hashes.map(bytes),
        { size: earlier.size, root: bytes(earlier.root) },
        { size: later.size, root: bytes(later.root) },
      ),
    ).toBe(true);
  });

  test.each([
    ["proofs/inclusion?sequence=-1&size=10", "sequence"],
    ["proofs/inclusion?sequence=0&size=0", "size"],
    ["proofs/inclusion?sequence=0&size=1e3", "size"],
    ["proofs/inclusion?sequence=0&size=99999999999999999999", "size"],
    ["proofs/inclusion?sequence=0", "size"],
    ["proofs/consistency?first=x&second=10", "first"],
    ["checkpoints?cursor=-1", "cursor"],
  ])("%s is 400 and names %s", async (path, param) => {
    const response = await get(path);
    expect(response.status).toBe(400);
    expect(Problem.parse(await response.json())).toMatchObject({ code: "validation_error", param });
  });

  test.each([
    ["proofs/inclusion?sequence=0&size=100000", "size"],
    ["proofs/inclusion?sequence=10&size=10", "sequence"],
    ["proofs/consistency?first=11&second=10", "first"],
    ["proofs/consistency?first=0&second=100000", "second"],
  ])("%s is 404, as there is no such tree, and names %s", async (path, param) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(Problem.parse(await response.json())).toMatchObject({ code: "not_found", param });
  });

  test("a token is downloaded as it is kept, and nobody else's is found", async () => {
    const { database } = instance.testDatabase;
    const [anchor] = await database.selectFrom("audit_anchors").select("id").where("org_id", "=", orgId).execute();
    const path = `anchors/${anchor?.id}/token`;
    expect((await get(path)).status).toBe(404);
    const token = Buffer.from("a token");
    await database
      .updateTable("audit_anchors")
      .set({ status: "anchored", token, anchored_at: new Date() })
      .where("id", "=", anchor?.id ?? "")
      .execute();
    const response = await get(path);
    expect(response.headers.get("content-type")).toContain("application/octet-stream");
    expect(response.headers.get("content-disposition")).toMatch(/checkpoint-\d+\.a-tsa\.tst/);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(token);
    const other = await makeOrganization(instance, "Another one");
    const scopes: Scope[] = ["audit:read", "evidence:read"];
    const stranger = await makeKey(instance, other, scopes, "live");
    expect((await get(path, stranger)).status).toBe(404);
    expect((await get(`checkpoints/${checkpoints[0]?.id}`, stranger)).status).toBe(404);
    expect(AuditLogEntryPage.parse(await read("entries", stranger)).data.length).toBeLessThan(5);
    expect(AuditLogKeys.parse(await read("keys", stranger)).origin).not.toBe(
      AuditLogKeys.parse(await read("keys")).origin,
    );
  });

  test("how the last verification went is told", async () => {
    expect(AuditVerification.parse(await read("verification"))).toMatchObject({ verified_at: null, problem: null });
    await instance.testDatabase.database
      .insertInto("audit_verifications")
      .values({ org_id: orgId, verified_at: new Date(), size: 17, problem: "entry 17: it is missing" })
      .execute();
    expect(AuditVerification.parse(await read("verification"))).toMatchObject({
      size: 17,
      problem: "entry 17: it is missing",
    });
  });
});

test("the operator's command has a new key sign, and the checkpoints before go on to hold by the earlier one", async () => {
  const before = AuditLogKeys.parse(await read("keys"));
  const said = JSON.parse(await new Child("server/rotate-log-key.ts", instance.environment).output());
  await checkpointLog();
  const { keys, origin } = AuditLogKeys.parse(await read("keys"));
  expect(keys).toEqual([verifierKey(origin, Buffer.from(said.public_key, "base64")), ...before.keys]);
  const [newest, earlier] = AuditCheckpointPage.parse(await read("checkpoints")).data;
  const signedBy = ({ note = "" } = {}) => Promise.all(keys.map((key) => verifyCheckpoint(note, key)));
  expect(await signedBy(newest)).toEqual([true, false]);
  expect(await signedBy(earlier)).toEqual([false, true]);
  const [entry] = await entriesBy("action=audit_log.key_replaced");
  expect(entry).toMatchObject({ actor: { type: "system", id: "operator" }, details: { key: said.public_key } });
});
