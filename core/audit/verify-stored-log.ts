import type { AnchorRow } from "../database/anchors.ts";
import { listAnchors } from "../database/anchors.ts";
import { findAuditLog, listAuditEntries } from "../database/audit-entries.ts";
import { listAuditLogKeys } from "../database/audit-log-keys.ts";
import { findTreeSize, readTiles } from "../database/audit-tiles.ts";
import { type CheckpointRow, listCheckpoints } from "../database/checkpoints.ts";
import type { Database } from "../database/database.ts";
import { NoteError, readCheckpoint, verifierKey, verifyCheckpoint } from "./checkpoint-note.ts";
import {
  beginLog,
  type ExpectedTile,
  type LogState,
  partialTiles,
  rootOfState,
  type StoredEntry,
  takeEntry,
} from "./verify-log.ts";

export interface LogVerdict {
  /** How many entries, from the first on, hold. */
  size: number;
  /** What is wrong first and where, in words; null where all holds. */
  problem: string | null;
}

/** What a log is compared with, read before its head: the log has at least as much. */
export interface LogWitnesses {
  /** By size, the smallest first. */
  checkpoints: readonly CheckpointRow[];
  /** Public keys of Ed25519 by their ids. */
  keys: ReadonlyMap<number, Uint8Array>;
  head: { size: number; head_hash: string } | undefined;
}

const BATCH = 2_000;
const CHECKPOINTS = 1_000;

/**
 * Verifies an organization's whole log: the chain and everything in each entry, the tiles, every checkpoint's root and
 * signature, and, by `verifyAnchor`, which says what is wrong with one, every anchor. In bounded memory but for the
 * sessions' counts and the checkpoints; entries that are appended meanwhile are left to the next time.
 */
export async function verifyStoredLog(
  database: Database,
  orgId: number,
  verifyAnchor: (anchor: AnchorRow) => Promise<string | undefined>,
): Promise<LogVerdict> {
  const checkpoints = await loadCheckpoints(database, orgId);
  const treeSize = await findTreeSize(database, orgId);
  const keys = new Map(
    (await listAuditLogKeys(database)).map(({ id, public_key }) => [id, new Uint8Array(public_key)]),
  );
  const head = await findAuditLog(database, orgId);
  const state = beginLog(orgId);
  const witnesses = { checkpoints, keys, head };
  if (treeSize > (head?.size ?? 0)) {
    return { size: 0, problem: `the log was cut off: it has ${head?.size ?? 0} entries, and tiles of ${treeSize}` };
  }
  const problem =
    (await takeAll(database, state, witnesses, treeSize)) ??
    (await endProblem(state, witnesses)) ??
    (await anchorProblem(database, checkpoints, verifyAnchor));
  return { size: state.size, problem: problem ?? null };
}

async function loadCheckpoints(database: Database, orgId: number): Promise<CheckpointRow[]> {
  const all: CheckpointRow[] = [];
  for (let isFull = true; isFull; ) {
    const some = await listCheckpoints(database, orgId, { after_size: all.at(-1)?.size ?? 0, limit: CHECKPOINTS });
    all.push(...some);
    isFull = some.length === CHECKPOINTS;
  }
  return all;
}

async function takeAll(
  database: Database,
  state: LogState,
  witnesses: LogWitnesses,
  treeSize: number,
): Promise<string | undefined> {
  const size = witnesses.head?.size ?? 0;
  while (state.size < size) {
    // Up to where the tiles end, so that what is not full there can be compared as well.
    const until = state.size < treeSize ? Math.min(treeSize, size) : size;
    const entries = await listAuditEntries(database, state.orgId, state.size, Math.min(BATCH, until - state.size));
    const problem = (await takeEntries(state, entries, witnesses)) ?? (await tileProblem(database, state, treeSize));
    if (problem !== undefined) return problem;
    if (entries.length === 0) return `entry ${state.size}: it is missing, and all behind it`;
  }
  return undefined;
}

/** Takes entries in and compares the tree with each checkpoint on the way; the first thing that is wrong. */
export async function takeEntries(
  state: LogState,
  entries: readonly StoredEntry[],
  { checkpoints, keys }: LogWitnesses,
): Promise<string | undefined> {
  let next = checkpoints.findIndex(({ size }) => size > state.size);
  for (const entry of entries) {
    const problem = takeEntry(state, entry);
    if (problem !== undefined) return problem;
    const checkpoint = next < 0 ? undefined : checkpoints[next];
    if (checkpoint?.size !== state.size) continue;
    const wrong = await checkpointProblem(checkpoint, rootOfState(state), keys);
    if (wrong !== undefined) return `checkpoint of ${checkpoint.size} entries: ${wrong}`;
    next += 1;
  }
  return undefined;
}

/** What is wrong once there are no more entries: a log that was cut off. */
export async function endProblem(state: LogState, { checkpoints, head }: LogWitnesses): Promise<string | undefined> {
  const size = head?.size ?? 0;
  if (state.size < size) return `entry ${state.size}: it is missing, and all behind it`;
  if (head && state.headHash !== head.head_hash) return "the log's head names another hash than that of its last entry";
  const beyond = checkpoints.find((checkpoint) => checkpoint.size > state.size);
  return beyond && `the log was cut off: it has ${state.size} entries, and a checkpoint of ${beyond.size}`;
}

async function checkpointProblem(
  checkpoint: CheckpointRow,
  root: Uint8Array,
  keys: ReadonlyMap<number, Uint8Array>,
): Promise<string | undefined> {
  const hex = Buffer.from(root).toString("hex");
  if (checkpoint.root !== hex) return "its root is not that of the entries";
  const key = keys.get(checkpoint.key_id);
  if (!key) return "the key that signed it is gone";
  try {
    const said = readCheckpoint(checkpoint.note);
    if (said.origin !== checkpoint.origin || said.size !== checkpoint.size) return "its note is of another tree";
    if (Buffer.from(said.root).toString("hex") !== hex) return "its note has another root than the entries";
    const holds = await verifyCheckpoint(checkpoint.note, verifierKey(checkpoint.origin, key));
    return holds ? undefined : "its signature does not hold";
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    return `its note cannot be read: ${error.message}`;
  }
}

/** Compares the tiles that came full, and at the tiles' end those that are not. */
async function tileProblem(database: Database, state: LogState, treeSize: number): Promise<string | undefined> {
  const full = state.fullTiles.splice(0);
  if (state.size > treeSize) return undefined;
  const expected = state.size === treeSize ? [...full, ...partialTiles(state)] : full;
  const stored = new Map(
    (await readTiles(database, state.orgId, expected)).map((tile) => [`${tile.level}/${tile.index}`, tile.hashes]),
  );
  const wrong = expected.find((tile) => !beginsWith(stored.get(`${tile.level}/${tile.index}`), tile));
  return wrong && `tile ${wrong.level}/${wrong.index}: it is missing, or its hashes are not those of the entries`;
}

/** A tile may have grown since. */
function beginsWith(stored: Uint8Array | undefined, { hashes }: ExpectedTile): boolean {
  const expected = Buffer.concat(hashes);
  return stored !== undefined && expected.equals(stored.subarray(0, expected.length));
}

async function anchorProblem(
  database: Database,
  checkpoints: readonly CheckpointRow[],
  verifyAnchor: (anchor: AnchorRow) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (let from = 0; from < checkpoints.length; from += CHECKPOINTS) {
    const ids = checkpoints.slice(from, from + CHECKPOINTS).map(({ id }) => id);
    for (const anchor of await listAnchors(database, ids)) {
      if (anchor.token === null) continue;
      const wrong = await verifyAnchor(anchor);
      if (wrong !== undefined) return `anchor ${anchor.id} (${anchor.authority}) of ${anchor.size} entries: ${wrong}`;
    }
  }
  return undefined;
}
