import { leafHash, proveConsistency, proveInclusion, rootOf } from "@nexbasira/core/audit/merkle-tree.ts";
import { extendTiles, tileReader } from "@nexbasira/core/audit/tile-tree.ts";
import type { ConsistencyProof, InclusionProof } from "@nexbasira/core/contract/audit.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findAuditLog, listAuditRecords } from "@nexbasira/core/database/audit-entries.ts";
import type { Database } from "@nexbasira/core/database/database.ts";

/**
 * That an entry is in the tree of so many entries.
 *
 * @throws {AppError} `not_found` where the log, or the tree, does not reach so far
 */
export async function inclusionProof(
  database: Database,
  orgId: number,
  { sequence, size }: { sequence: number; size: number },
): Promise<InclusionProof> {
  if (sequence >= size) throw tooLarge("sequence", `below size, which is ${size}`);
  await reach(database, orgId, size, "size");
  const [entry] = await listAuditRecords(database, orgId, sequence, 1);
  if (entry?.sequence !== sequence) throw new Error(`the log ${orgId} has no entry ${sequence}`);
  const read = tileReader(database, orgId);
  return {
    object: "inclusion_proof",
    sequence,
    size,
    leaf_hash: hex(leafHash(Buffer.from(entry.record))),
    root: hex(await rootOf(size, read)),
    hashes: (await proveInclusion(sequence, size, read)).map(hex),
  };
}

/**
 * That the tree of `second` entries begins with that of `first`.
 *
 * @throws {AppError} `not_found` where the log does not reach so far, or the first is the larger one
 */
export async function consistencyProof(
  database: Database,
  orgId: number,
  { first, second }: { first: number; second: number },
): Promise<ConsistencyProof> {
  if (first > second) throw tooLarge("first", `at most second, which is ${second}`);
  await reach(database, orgId, second, "second");
  const read = tileReader(database, orgId);
  return {
    object: "consistency_proof",
    first,
    second,
    first_root: hex(await rootOf(first, read)),
    second_root: hex(await rootOf(second, read)),
    hashes: (await proveConsistency(first, second, read)).map(hex),
  };
}

/** Has the tiles reach so far; usually they do, since checkpoints are what is asked about. */
async function reach(database: Database, orgId: number, size: number, param: string): Promise<void> {
  const entries = (await findAuditLog(database, orgId))?.size ?? 0;
  if (size > entries) throw tooLarge(param, `at most ${entries}, the log's size`);
  await extendTiles(database, orgId, size);
}

function tooLarge(param: string, what: string): AppError {
  return new AppError("not_found", `There is no such tree: ${param} must be ${what}.`, { param });
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString("hex");
}
