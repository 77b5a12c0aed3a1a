import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { GENESIS_HASH } from "./append-audit-entry.ts";
import { AuditRecord } from "./audit-record.ts";
import { emptyRoot, type Hash, leafHash, nodeHash } from "./merkle-tree.ts";
import { TILE_HEIGHT, TILE_WIDTH } from "./tile-tree.ts";

/*
 * Whether a log is what it was, entry by entry: a fold over its rows, which stops at the first thing that does not hold.
 * What the whole is compared with (head, checkpoints, tiles, anchors) is its caller's to bring: verify-stored-log.ts.
 */

/** An entry as it is stored. */
export interface StoredEntry {
  sequence: number;
  session_id: string | null;
  session_sequence: number | null;
  action: string;
  actor: string;
  recorded_at: Date;
  hash: string;
  record: string;
}

/** A tile as the entries make it. */
export interface ExpectedTile {
  level: number;
  index: number;
  hashes: Hash[];
}

/** What is known after the entries so far. */
export interface LogState {
  orgId: number;
  /** Entries that hold. */
  size: number;
  headHash: string;
  recordedAt: string;
  /** How many entries each session has. */
  sessions: Map<string, number>;
  /** The whole subtrees that the tree consists of, the largest first: one bit of the size each. */
  subtrees: { level: number; hash: Hash }[];
  /** The tile of each level that is not full yet. */
  tiles: Hash[][];
  /** Tiles that came full, for whoever compares them and takes them out. */
  fullTiles: ExpectedTile[];
}

/** Before the first entry. */
export function beginLog(orgId: number): LogState {
  return {
    orgId,
    size: 0,
    headHash: GENESIS_HASH,
    recordedAt: "",
    sessions: new Map(),
    subtrees: [],
    tiles: [],
    fullTiles: [],
  };
}

/** The same state, so that going on from one does not change the other. */
export function copyState(state: LogState): LogState {
  return {
    ...state,
    sessions: new Map(state.sessions),
    subtrees: [...state.subtrees],
    tiles: state.tiles.map((tile) => [...tile]),
    fullTiles: [...state.fullTiles],
  };
}

/**
 * Takes the next entry in, where it holds: its number, its canonical form, its place in the chain and in its session, its
 * time, its hash, and that the columns beside the record say what the record says.
 *
 * @returns what is wrong with it, in words, and the state is left as it was; undefined where all holds
 */
export function takeEntry(state: LogState, row: StoredEntry): string | undefined {
  const problem = problemOf(state, row);
  if (problem !== undefined) return `entry ${state.size}: ${problem}`;
  state.size += 1;
  state.headHash = row.hash;
  state.recordedAt = row.recorded_at.toISOString();
  if (row.session_id !== null) state.sessions.set(row.session_id, (row.session_sequence ?? 0) + 1);
  addLeaf(state, leafHash(Buffer.from(row.record)));
  return undefined;
}

function problemOf(state: LogState, row: StoredEntry): string | undefined {
  if (row.sequence !== state.size) return `it is missing; the next one is ${row.sequence}`;
  const record = readRecord(row.record);
  if (!record) return "its record cannot be read";
  if (canonicalize(record) !== row.record) return "its record is not in RFC 8785 form";
  if (record.org_id !== state.orgId) return `its record is of the log ${record.org_id}`;
  if (record.sequence !== row.sequence) return `its record has the number ${record.sequence}`;
  if (createHash("sha256").update(row.record).digest("hex") !== row.hash) return "its hash is not that of its record";
  if (record.previous_hash !== state.headHash) return "its record names another hash than that of the entry before";
  if (record.recorded_at < state.recordedAt) return `its time ${record.recorded_at} is before that of the entry before`;
  const next = record.session_id === null ? null : (state.sessions.get(record.session_id) ?? 0);
  if (record.session_sequence !== next) {
    return `its record is entry ${record.session_sequence} of its session, where ${next} is next`;
  }
  const column = otherColumn(record, row);
  return column && `its column ${column} says something else than its record`;
}

function readRecord(text: string): AuditRecord | undefined {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    // Whatever somebody wrote there instead of JSON.
    return undefined;
  }
  const parsed = AuditRecord.strict().safeParse(given);
  return parsed.success ? parsed.data : undefined;
}

function otherColumn(record: AuditRecord, row: StoredEntry): string | undefined {
  if (record.session_id !== row.session_id) return "session_id";
  if (record.session_sequence !== row.session_sequence) return "session_sequence";
  if (record.action !== row.action) return "action";
  if (`${record.actor.type}:${record.actor.id}` !== row.actor) return "actor";
  return record.recorded_at === row.recorded_at.toISOString() ? undefined : "recorded_at";
}

function addLeaf(state: LogState, leaf: Hash): void {
  addToTile(state, 0, leaf);
  let node = { level: 0, hash: leaf };
  for (let last = state.subtrees.at(-1); last?.level === node.level; last = state.subtrees.at(-1)) {
    state.subtrees.pop();
    node = { level: node.level + 1, hash: nodeHash(last.hash, node.hash) };
    if (node.level % TILE_HEIGHT === 0) addToTile(state, node.level / TILE_HEIGHT, node.hash);
  }
  state.subtrees.push(node);
}

function addToTile(state: LogState, level: number, hash: Hash): void {
  const tile = state.tiles[level] ?? [];
  state.tiles[level] = tile;
  tile.push(hash);
  if (tile.length < TILE_WIDTH) return;
  const index = Math.ceil(state.size / TILE_WIDTH ** (level + 1)) - 1;
  state.fullTiles.push({ level, index, hashes: tile });
  state.tiles[level] = [];
}

/** The root of the tree of all entries so far. */
export function rootOfState({ subtrees }: LogState): Hash {
  const last = subtrees.at(-1);
  if (!last) return emptyRoot();
  return subtrees.slice(0, -1).reduceRight((right, { hash }) => nodeHash(hash, right), last.hash);
}

/** The tiles that the log's end leaves unfilled. */
export function partialTiles({ size, tiles }: LogState): ExpectedTile[] {
  return tiles.flatMap((hashes, level) =>
    hashes.length === 0 ? [] : [{ level, index: Math.floor(size / TILE_WIDTH ** (level + 1)), hashes }],
  );
}
