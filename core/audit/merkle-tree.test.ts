import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  emptyRoot,
  type Hash,
  leafHash,
  nodeHash,
  proveConsistency,
  proveInclusion,
  type ReadSubtrees,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from "./merkle-tree.ts";

const hex = (hash: Hash) => Buffer.from(hash).toString("hex");

/** MTH of RFC 9162, section 2.1.1, word for word. */
function treeHash(leaves: readonly Hash[]): Hash {
  const [only] = leaves;
  if (only === undefined) return emptyRoot();
  if (leaves.length === 1) return only;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

function readerOf(leaves: readonly Hash[]): ReadSubtrees {
  return async (subtrees) =>
    subtrees.map(({ level, index }) => treeHash(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level)));
}

const makeLeaves = (size: number) => Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`record ${i}`)));

describe("the tree over a log's records", () => {
  test("has the roots of certificate transparency's reference trees", async () => {
    const inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    const roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    const leaves = inputs.map((input) => leafHash(Buffer.from(input, "hex")));
    for (const [i, root] of roots.entries()) expect(hex(await rootOf(i + 1, readerOf(leaves)))).toBe(root);
    expect(hex(await rootOf(0, readerOf([])))).toBe(hex(emptyRoot()));
  });

  test("proves every leaf of every tree up to 40, and no other leaf, place, size or root", async () => {
    const leaves = makeLeaves(41);
    const read = readerOf(leaves);
    for (let size = 1; size <= 40; size += 1) {
      const root = treeHash(leaves.slice(0, size));
      for (let index = 0; index < size; index += 1) {
        const proof = await proveInclusion(index, size, read);
        const leaf = leaves[index] ?? emptyRoot();
        expect(verifyInclusion(proof, { leaf, index, size, root })).toBe(true);
        expect(verifyInclusion(proof, { leaf: leaves[index + 1] ?? emptyRoot(), index, size, root })).toBe(false);
        expect(verifyInclusion(proof, { leaf, index: index + 1, size, root })).toBe(false);
        expect(verifyInclusion([...proof, root], { leaf, index, size, root })).toBe(false);
        expect(verifyInclusion(proof.slice(1), { leaf, index, size, root })).toBe(proof.length === 0);
        expect(verifyInclusion(proof, { leaf, index, size, root: emptyRoot() })).toBe(false);
      }
    }
  });

  test("proves every tree up to 40 to be the beginning of every later one, and nothing else", async () => {
    const leaves = makeLeaves(40);
    const read = readerOf(leaves);
    const tree = (size: number) => ({ size, root: treeHash(leaves.slice(0, size)) });
    for (let second = 0; second <= 40; second += 1) {
      for (let first = 0; first <= second; first += 1) {
        const proof = await proveConsistency(first, second, read);
        expect(verifyConsistency(proof, tree(first), tree(second))).toBe(true);
        const forged = { size: first, root: leafHash(Buffer.from("forged")) };
        expect(verifyConsistency(proof, forged, tree(second))).toBe(false);
        expect(verifyConsistency([...proof, tree(second).root], tree(first), tree(second))).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(proof.slice(1), tree(first), tree(second))).toBe(false);
      }
    }
  });

  test("is verified to be wrong, and never throws, for whatever a proof holds", () => {
    const hash = fc.uint8Array({ maxLength: 40 });
    fc.assert(
      fc.property(fc.array(hash, { maxLength: 8 }), fc.double(), fc.double(), hash, (proof, index, size, root) => {
        expect(verifyInclusion(proof, { leaf: root, index, size, root: leafHash(root) })).toBe(false);
        expect(verifyConsistency(proof, { size: index, root }, { size, root: leafHash(root) })).toBe(false);
      }),
    );
  });
});
