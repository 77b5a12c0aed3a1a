import { createHash } from "node:crypto";
import { type AuditAction, appendAuditEntry, GENESIS_HASH } from "@nexbasira/core/audit/append-audit-entry.ts";
import { connectDatabase, type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import canonicalize from "canonicalize";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

let testDatabase: TestDatabase;
/** Two processes' worth of connections. */
let others: Database[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  others = [20, 20].map((maxConnections) =>
    connectDatabase(testDatabase.url, { maxConnections, onIdleError: (error) => expect.fail(error.message) }),
  );
});
afterAll(async () => {
  for (const database of others) await database.destroy();
  await testDatabase.close();
});

async function newOrganization(slug: string): Promise<number> {
  const insert = inTransaction(testDatabase.database, (transaction) =>
    insertOrganization(transaction, { name: slug, slug }),
  );
  return (await insert).id;
}

const viewed = (details: AuditAction["details"] = {}): AuditAction => ({
  actor: { type: "member", id: "7" },
  action: "evidence.viewed",
  session_id: "sess_1",
  object: { type: "evidence_item", id: "evd_1" },
  object_hash: "ab".repeat(32),
  details,
});

const append = (database: Database, orgId: number, action: AuditAction) =>
  inTransaction(database, (transaction) => appendAuditEntry(transaction, orgId, action));

const entriesOf = (orgId: number) =>
  testDatabase.database
    .selectFrom("audit_entries")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("sequence")
    .execute();

const headOf = (orgId: number) =>
  testDatabase.database
    .selectFrom("audit_logs")
    .select(["size", "head_hash"])
    .where("org_id", "=", orgId)
    .executeTakeFirst();

/** Recomputes the chain from the records alone; the head's hash. */
function chainOf(records: readonly string[]): string {
  let previous = "0".repeat(64);
  for (const [index, text] of records.entries()) {
    const record = JSON.parse(text);
    expect(record.sequence).toBe(index);
    expect(record.previous_hash).toBe(previous);
    expect(canonicalize(record)).toBe(text);
    previous = createHash("sha256").update(text).digest("hex");
  }
  return previous;
}

test("the chain can be recomputed from the records, and tells an altered, a dropped and a moved one", async () => {
  const orgId = await newOrganization("chain");
  const details: NonNullable<AuditAction["details"]>[] = [
    { ř: "žluť 🚗", a: 1.5 },
    { b: true },
    { c: null },
    { "\u20ac": "e", "\r": "r", "1": "one" },
    { "it's": `\\'); drop table audit_entries; -- $$ \\' "" \\u0041 E'\n` },
    { problem: "a NUL \0, half a \ud83d" },
  ];
  for (const detail of details) await append(testDatabase.database, orgId, viewed(detail));
  const records = (await entriesOf(orgId)).map(({ record }) => record);
  expect(records.map((record) => JSON.parse(record).details)).toEqual([
    ...details.slice(0, -1),
    { problem: "a NUL \ufffd, half a \ufffd" },
  ]);
  expect(records).toHaveLength(details.length);
  expect(chainOf(records)).toBe((await headOf(orgId))?.head_hash);
  expect(JSON.parse(records[0] ?? "")).toMatchObject({
    previous_hash: GENESIS_HASH,
    org_id: orgId,
    actor: { type: "member", id: "7" },
    action: "evidence.viewed",
    object_hash: "ab".repeat(32),
    details: { ř: "žluť 🚗", a: 1.5 },
  });
  const [first = "", second = "", third = "", fourth = ""] = records;
  expect(() => chainOf([first.replace("viewed", "deleted"), second, third, fourth])).toThrow();
  expect(() => chainOf([first, third, fourth])).toThrow();
  expect(() => chainOf([first, third, second, fourth])).toThrow();
  expect(chainOf([first, second, third])).not.toBe((await headOf(orgId))?.head_hash);
});

test("two hundred at once from two processes make one chain without a fork or a hole", async () => {
  const [orgId, neighbour] = [await newOrganization("busy"), await newOrganization("neighbour")];
  const appends = Array.from({ length: 200 }, (_, index) => {
    const database = others[index % others.length] ?? testDatabase.database;
    return append(database, index % 10 === 0 ? neighbour : orgId, viewed({ index }));
  });
  await Promise.all(appends);
  for (const [organization, count] of [
    [orgId, 180],
    [neighbour, 20],
  ] as const) {
    const records = (await entriesOf(organization)).map(({ record }) => record);
    expect(records).toHaveLength(count);
    expect(chainOf(records)).toBe((await headOf(organization))?.head_hash);
    expect((await headOf(organization))?.size).toBe(count);
  }
});

test("a transaction that is rolled back leaves nothing, also when others append meanwhile", async () => {
  const orgId = await newOrganization("rollback");
  const failing = (index: number) =>
    inTransaction(others[0] ?? testDatabase.database, async (transaction) => {
      await appendAuditEntry(transaction, orgId, viewed({ lost: index }));
      throw new Error("on second thoughts");
    });
  await expect(failing(0)).rejects.toThrow("on second thoughts");
  expect(await headOf(orgId)).toBeUndefined();
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? failing(index) : append(testDatabase.database, orgId, viewed({ kept: index })),
    ),
  );
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(20);
  const records = (await entriesOf(orgId)).map(({ record }) => record);
  expect(records).toHaveLength(20);
  expect(records.some((record) => record.includes("lost"))).toBe(false);
  expect(chainOf(records)).toBe((await headOf(orgId))?.head_hash);
});

test("two entries in one transaction follow each other", async () => {
  const orgId = await newOrganization("pair");
  await inTransaction(testDatabase.database, async (transaction) => {
    await appendAuditEntry(transaction, orgId, viewed());
    await appendAuditEntry(transaction, orgId, viewed());
  });
  expect(chainOf((await entriesOf(orgId)).map(({ record }) => record))).toBe((await headOf(orgId))?.head_hash);
});
