import {
  type Hash,
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  type ReadSubtrees,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "@nexbasira/core/audit/merkle-tree.ts";
import { extendTiles, tileReader } from "@nexbasira/core/audit/tile-tree.ts";
import { listAuditRecords } from "@nexbasira/core/database/audit-entries.ts";
import { findTreeSize } from "@nexbasira/core/database/audit-tiles.ts";
import { connectDatabase, type Database } from "@nexbasira/core/database/database.ts";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillLog, newLog } from "../helpers/fill-log.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/test-database.ts";

/** Several tiles of the lowest level, one of the next, and a part of each. */
const SIZE = 1_337;

let testDatabase: TestDatabase;
let database: Database;
let other: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.database;
  other = connectDatabase(testDatabase.url, { maxConnections: 4, onIdleError: (error) => expect.fail(error.message) });
});
afterAll(async () => {
  await other.destroy();
  await testDatabase.close();
});

async function leavesOf(orgId: number): Promise<Hash[]> {
  const records = await listAuditRecords(database, orgId, 0, SIZE);
  return records.map(({ record }) => leafHash(Buffer.from(record)));
}

/** Whole subtrees straight from the leaves. */
function naiveReader(leaves: readonly Hash[]): ReadSubtrees {
  const fold = (row: readonly Hash[]): Hash => {
    const [first] = row;
    if (first && row.length === 1) return first;
    return nodeHash(fold(row.slice(0, row.length / 2)), fold(row.slice(row.length / 2)));
  };
  return async (subtrees) =>
    subtrees.map(({ level, index }) => fold(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
}

test("roots and proofs over tiles are those over the leaves, at every size on the way", async () => {
  const orgId = await newLog(database, "tiles");
  await fillLog(database, orgId, SIZE);
  for (const size of [1, 255, 256, 257, 700, 1_024, SIZE]) await extendTiles(database, orgId, size);
  const leaves = await leavesOf(orgId);
  const [naive, tiles] = [naiveReader(leaves), tileReader(database, orgId)];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: SIZE }), fc.nat(), fc.nat(), async (size, one, another) => {
      const [index, first] = [one % size, another % (size + 1)];
      const root = await rootOf(size, tiles);
      expect(root).toEqual(await rootOf(size, naive));
      const inclusion = await proveInclusion(index, size, tileReader(database, orgId));
      expect(inclusion).toEqual(await proveInclusion(index, size, naive));
      expect(verifyInclusion(inclusion, { leaf: leaves[index] ?? root, index, size, root })).toBe(true);
      const consistency = await proveConsistency(first, size, tiles);
      expect(consistency).toEqual(await proveConsistency(first, size, naive));
      const before = { size: first, root: await rootOf(first, tiles) };
      expect(verifyConsistency(consistency, before, { size, root })).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("several runs at once, in two processes' connections, make each tile once and right", async () => {
  const orgId = await newLog(database, "at-once");
  await fillLog(database, orgId, SIZE);
  const sizes = [300, SIZE, 700, SIZE, 1, 513, SIZE, 900];
  await Promise.all(sizes.map((size, index) => extendTiles(index % 2 === 0 ? database : other, orgId, size)));
  expect(await findTreeSize(database, orgId)).toBe(SIZE);
  const naive = naiveReader(await leavesOf(orgId));
  for (const size of [...sizes, 256, 1_024]) {
    expect(await rootOf(size, tileReader(database, orgId))).toEqual(await rootOf(size, naive));
  }
});

test("an entry that is missing stops it, and what it has made before stays right", async () => {
  const orgId = await newLog(database, "hole");
  await fillLog(database, orgId, 600);
  const root = await rootOf(600, naiveReader(await leavesOf(orgId)));
  const [lost] = await database
    .deleteFrom("audit_entries")
    .where("org_id", "=", orgId)
    .where("sequence", "=", 400)
    .returningAll()
    .execute();
  await extendTiles(database, orgId, 300);
  await expect(extendTiles(database, orgId, 600)).rejects.toThrow("has no entry 400");
  expect(await findTreeSize(database, orgId)).toBe(300);
  await expect(extendTiles(database, orgId, 601)).rejects.toThrow();
  if (lost) await database.insertInto("audit_entries").values(lost).execute();
  await extendTiles(database, orgId, 600);
  expect(await rootOf(600, tileReader(database, orgId))).toEqual(root);
  await expect(extendTiles(database, orgId, 601)).rejects.toThrow("has no entry 600");
});

test("a tree that tiles do not reach is not answered about", async () => {
  const orgId = await newLog(database, "short");
  await fillLog(database, orgId, 100);
  await extendTiles(database, orgId, 50);
  await expect(rootOf(51, tileReader(database, orgId))).rejects.toThrow("does not reach so far");
});
