import { sha256 } from "@noble/hashes/sha2.js";

/*
 * The Merkle tree over an audit log's records (RFC 9162, section 2.1), with SHA-256. Nothing here does I/O, and all of it
 * runs in a browser: those who verify use the same functions as those who prove.
 */

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The hash of a record as a leaf. */
export function leafHash(record: Uint8Array): Hash {
  return sha256.create().update(LEAF).update(record).digest();
}

/** The hash of a node over its two subtrees. */
export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256.create().update(NODE).update(left).update(right).digest();
}

/** The root of the tree of no leaves. */
export function emptyRoot(): Hash {
  return sha256(new Uint8Array());
}

/** A whole subtree of 2^`level` leaves, the `index`-th of its level. */
export interface Subtree {
  level: number;
  index: number;
}

/** Where the hashes of whole subtrees come from. */
export type ReadSubtrees = (subtrees: readonly Subtree[]) => Promise<Hash[]>;

/** The whole subtrees that the leaves `from` to `to` (excluded) are made of, from the left; `from` starts such a range. */
function coverRange(from: number, to: number): Subtree[] {
  const cover: Subtree[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level += 1;
    cover.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return cover;
}

/** The hash of a range from the hashes of what covers it. */
function foldRange(hashes: readonly Hash[]): Hash {
  const last = hashes.at(-1);
  if (last === undefined) return emptyRoot();
  return hashes.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last);
}

/** The largest power of two below `size`, which is at least 2. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

interface Range {
  from: number;
  to: number;
}

async function hashRanges(ranges: readonly Range[], read: ReadSubtrees): Promise<Hash[]> {
  const covers = ranges.map(({ from, to }) => coverRange(from, to));
  const hashes = await read(covers.flat());
  let at = 0;
  return covers.map(({ length }) => {
    at += length;
    return foldRange(hashes.slice(at - length, at));
  });
}

/** The root of the tree of the first `size` leaves. */
export async function rootOf(size: number, read: ReadSubtrees): Promise<Hash> {
  const [root] = await hashRanges([{ from: 0, to: size }], read);
  return root ?? emptyRoot();
}

/** PATH(`index`, D_`size`) of RFC 9162, section 2.1.3.1: from the leaf upwards. */
export async function proveInclusion(index: number, size: number, read: ReadSubtrees): Promise<Hash[]> {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) throw new RangeError("no such leaf in this tree");
  const ranges: Range[] = [];
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
    }
  }
  return hashRanges(ranges, read);
}

/** PROOF(`first`, D_`second`) of RFC 9162, section 2.1.4.1; empty where one of the trees is empty or they are the same. */
export async function proveConsistency(first: number, second: number, read: ReadSubtrees): Promise<Hash[]> {
  if (!(Number.isSafeInteger(first) && first >= 0 && first <= second))
    throw new RangeError("no such tree before this one");
  if (first === 0 || first === second) return [];
  const ranges: Range[] = [];
  let from = 0;
  let to = second;
  let whole = true;
  while (to !== first) {
    const middle = from + splitOf(to - from);
    if (first <= middle) {
      ranges.unshift({ from: middle, to });
      to = middle;
    } else {
      ranges.unshift({ from, to: middle });
      from = middle;
      whole = false;
    }
  }
  if (!whole) ranges.unshift({ from, to });
  return hashRanges(ranges, read);
}

/** Whether the leaf is the `index`-th of the tree of `size` leaves that has this root (RFC 9162, section 2.1.3.2). */
export function verifyInclusion(
  proof: readonly Hash[],
  { leaf, index, size, root }: { leaf: Hash; index: number; size: number; root: Hash },
): boolean {
  if (!(Number.isSafeInteger(size) && Number.isSafeInteger(index) && index >= 0 && index < size)) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const step of proof) {
    if (sn === 0 || step.length !== 32) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(step, hash);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else hash = nodeHash(hash, step);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && isEqual(hash, root);
}

/** Whether the tree of `second` begins with all of that of `first` (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(
  proof: readonly Hash[],
  first: { size: number; root: Hash },
  second: { size: number; root: Hash },
): boolean {
  const sizes = Number.isSafeInteger(first.size) && Number.isSafeInteger(second.size) && first.size >= 0;
  if (!sizes || first.size > second.size) return false;
  if (first.size === 0) return proof.length === 0 && isEqual(first.root, emptyRoot());
  if (first.size === second.size) return proof.length === 0 && isEqual(first.root, second.root);
  const isPowerOfTwo = Number.isInteger(Math.log2(first.size));
  const [start, ...path] = isPowerOfTwo ? [first.root, ...proof] : proof;
  if (start === undefined || path.length === 0 || [start, ...path].some(({ length }) => length !== 32)) return false;
  let fn = first.size - 1;
  let sn = second.size - 1;
  while (fn % 2 === 1) {
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  let ofFirst = start;
  let ofSecond = start;
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      ofFirst = nodeHash(step, ofFirst);
      ofSecond = nodeHash(step, ofSecond);
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2;
        sn = Math.floor(sn / 2);
      }
    } else ofSecond = nodeHash(ofSecond, step);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  return sn === 0 && isEqual(ofFirst, first.root) && isEqual(ofSecond, second.root);
}

function isEqual(a: Hash, b: Hash): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
