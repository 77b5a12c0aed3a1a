import {
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  type ReadSubtrees,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "@nexbasira/core/audit/merkle-tree.ts";
import { expect, test } from "vitest";
import vectors from "./merkle-vectors.json" with { type: "json" };

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

test.each(vectors.inclusion)(
  "transparency-dev's inclusion vector $name",
  ({ proof, leaf, index, size, root, holds }) => {
    const claim = { leaf: bytes(leaf), index, size, root: bytes(root) };
    expect(verifyInclusion(proof.map(bytes), claim)).toBe(holds);
  },
);

test.each(vectors.consistency)("transparency-dev's consistency vector $name", (vector) => {
  const first = { size: vector.first, root: bytes(vector.first_root) };
  const second = { size: vector.second, root: bytes(vector.second_root) };
  expect(verifyConsistency(vector.proof.map(bytes), first, second)).toBe(vector.holds);
});

/** The leaves of the vectors' trees. */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  (hex) => leafHash(Buffer.from(hex, "hex")),
);

const read: ReadSubtrees = async (subtrees) =>
  subtrees.map(({ level, index }) => {
    let row = LEAVES.slice(index * 2 ** level, (index + 1) * 2 ** level);
    while (row.length > 1) {
      row = row.flatMap((left, at) => (at % 2 === 0 ? [nodeHash(left, row[at + 1] ?? left)] : []));
    }
    return row[0] ?? new Uint8Array();
  });

test("our proofs about the vectors' trees are the vectors'", async () => {
  for (const { index, size, proof, root, holds } of vectors.inclusion) {
    if (!holds) continue;
    expect((await proveInclusion(index, size, read)).map((hash) => Buffer.from(hash).toString("base64"))).toEqual(
      proof,
    );
    expect(Buffer.from(await rootOf(size, read)).toString("base64")).toBe(root);
  }
  for (const { first, second, proof, holds } of vectors.consistency) {
    if (!holds) continue;
    const ours = await proveConsistency(first, second, read);
    expect(ours.map((hash) => Buffer.from(hash).toString("base64"))).toEqual(proof);
  }
});
