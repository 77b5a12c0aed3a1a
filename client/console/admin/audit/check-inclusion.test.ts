import { leafHash, nodeHash } from "@nexbasira/core/audit/merkle-tree.ts";
import { expect, test } from "vitest";
import { checkInclusion } from "./check-inclusion.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const [first, second] = ['{"sequence":0}', '{"sequence":1}'];
const [one, two] = [first, second].map((record) => leafHash(Buffer.from(record)));
if (!one || !two) throw new Error("two records have two leaves");
const checkpoint = { size: 2, root: hex(nodeHash(one, two)) };

test("a record is proven by the hashes beside its way to the root", () => {
  expect(checkInclusion({ record: second, sequence: 1 }, checkpoint, { hashes: [hex(one)] })).toBe(true);
});

test.each([
  ["another record", { record: '{"sequence":2}', sequence: 1 }, checkpoint],
  ["another place", { record: second, sequence: 0 }, checkpoint],
  ["another root", { record: second, sequence: 1 }, { size: 2, root: hex(two) }],
  ["a shorter tree", { record: second, sequence: 1 }, { size: 1, root: checkpoint.root }],
])("%s is not", (_what, entry, tree) => {
  expect(checkInclusion(entry, tree, { hashes: [hex(one)] })).toBe(false);
});
