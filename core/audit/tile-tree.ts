import { hash } from "node:crypto";
import { listAuditRecords } from "../database/audit-entries.ts";
import {
  findTreeSize,
  lockTree,
  readTiles,
  setTreeSize,
  type Tile,
  type TileAddress,
  writeTiles,
} from "../database/audit-tiles.ts";
import { type Database, inTransaction } from "../database/database.ts";
import { type Hash, leafHash, type ReadSubtrees, type Subtree } from "./merkle-tree.ts";

/*
 * A log's tree as hash tiles (C2SP tlog-tiles, height 8) in the database: 8 KiB for 256 entries, and a proof in a log of a
 * million entries reads six of them.
 */

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;
const HASH_BYTES = 32;
/** Entries of one transaction: what is in memory at once, and what a run that was killed does again. */
const BATCH = 16 * TILE_WIDTH;

/**
 * Fills the log's tiles up to so many entries, or leaves them where they are further already. Safe to run twice at once:
 * one run waits for the other, batch by batch.
 *
 * @throws Error where the log has fewer entries, or one of them is missing
 */
export async function extendTiles(database: Database, orgId: number, size: number): Promise<void> {
  // Without a lock where there is nothing to fill: locking a row waits for the disk at the commit.
  for (let done = await findTreeSize(database, orgId); done < size; ) {
    done = await inTransaction(database, async (transaction) => {
      const from = await lockTree(transaction, orgId);
      if (from >= size) return from;
      const records = await listAuditRecords(transaction, orgId, from, Math.min(BATCH, size - from));
      if (records.length === 0) throw new Error(`the log ${orgId} has no entry ${from}`);
      for (const [at, { sequence }] of records.entries()) {
        if (sequence !== from + at) throw new Error(`the log ${orgId} has no entry ${from + at}`);
      }
      const leaves = records.map(({ record }) => leafHash(Buffer.from(record)));
      await writeTiles(
        transaction,
        orgId,
        await tilesOf(leaves, from, (tiles) => readTiles(transaction, orgId, tiles)),
      );
      await setTreeSize(transaction, orgId, from + leaves.length);
      return from + leaves.length;
    });
  }
}

/** The tiles that change when these leaves come behind the first `from`, whole. */
async function tilesOf(
  leaves: readonly Hash[],
  from: number,
  read: (addresses: readonly TileAddress[]) => Promise<Tile[]>,
): Promise<Tile[]> {
  const changed: Tile[] = [];
  let hashes = leaves;
  for (let level = 0, at = from; hashes.length > 0; level += 1, at = Math.floor(at / TILE_WIDTH)) {
    const index = Math.floor(at / TILE_WIDTH);
    const [partial] = at % TILE_WIDTH === 0 ? [] : await read([{ level, index }]);
    const before = partial ? splitHashes(partial.hashes).slice(0, at % TILE_WIDTH) : [];
    if (before.length !== at % TILE_WIDTH) throw new Error(`tile ${level}/${index} is shorter than its tree`);
    const all = [...before, ...hashes];
    const full: Hash[] = [];
    for (let start = 0; start < all.length; start += TILE_WIDTH) {
      const part = all.slice(start, start + TILE_WIDTH);
      changed.push({ level, index: index + start / TILE_WIDTH, hashes: Buffer.concat(part) });
      if (part.length === TILE_WIDTH) full.push(foldWhole(part));
    }
    hashes = full;
  }
  return changed;
}

/**
 * Reads whole subtrees of a log whose tiles are filled as far as they are asked for, by one statement for what it does not
 * know yet. It keeps what it has read: one reader for one answer.
 */
export function tileReader(database: Database, orgId: number): ReadSubtrees {
  const tiles = new Map<string, readonly Hash[]>();
  const known = new Map<string, Hash>();

  /** A tile that the log has outgrown since is read again: it was a part of the later one. */
  async function load(places: readonly Place[]): Promise<void> {
    const missing = places.filter((place) => (tiles.get(keyOf(place))?.length ?? 0) < place.from + place.count);
    const addresses = new Map(missing.map((place) => [keyOf(place), { level: place.level, index: place.index }]));
    for (const tile of await readTiles(database, orgId, [...addresses.values()])) {
      tiles.set(keyOf(tile), splitHashes(tile.hashes));
    }
  }

  return async (subtrees) => {
    const places = subtrees.map(placeOf);
    await load(places);
    return places.map((place) => {
      const key = `${keyOf(place)}/${place.from}/${place.count}`;
      const root = known.get(key) ?? foldWhole(partOf(place, tiles.get(keyOf(place)) ?? []));
      known.set(key, root);
      return root;
    });
  };
}

function partOf(place: Place, hashes: readonly Hash[]): readonly Hash[] {
  const part = hashes.slice(place.from, place.from + place.count);
  if (part.length !== place.count) throw new Error(`tile ${keyOf(place)} does not reach so far`);
  return part;
}

type Place = TileAddress & { from: number; count: number };

/** Where the hashes are that a subtree is made of: always in one tile. */
function placeOf({ level, index }: Subtree): Place {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count;
  return { level: tileLevel, index: Math.floor(first / TILE_WIDTH), from: first % TILE_WIDTH, count };
}

function keyOf({ level, index }: TileAddress): string {
  return `${level}/${index}`;
}

function splitHashes(tile: Uint8Array): Hash[] {
  const hashes = new Uint8Array(tile);
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, at) =>
    hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

/**
 * The root of a whole subtree from a power of two of hashes below it, by Node's own SHA-256: a proof takes some 1,500 of
 * them, which is where its time goes.
 */
function foldWhole(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) => {
      const [left, right] = row.slice(2 * at, 2 * at + 2);
      if (!left || !right) throw new Error("these are no whole subtree's hashes");
      return hash("sha256", Buffer.concat([NODE, left, right]), "buffer");
    });
  }
  const [root] = row;
  if (!root) throw new Error("there is no hash");
  return new Uint8Array(root);
}

/** RFC 9162, section 2.1.1: before the hashes of a node. */
const NODE = Buffer.of(1);
