import type { AnchorKind, CheckpointReason } from "../contract/audit.ts";
import { newId } from "../contract/ids.ts";
import { insertAnchors, listAnchors } from "../database/anchors.ts";
import { findAuditLog } from "../database/audit-entries.ts";
import { findCheckpointOfSize, insertCheckpoint, linkCheckpoint, lockCheckpoint } from "../database/checkpoints.ts";
import { type Database, inTransaction, type Transaction } from "../database/database.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { announceAnchor } from "./announce-anchor.ts";
import { signCheckpoint } from "./checkpoint-note.ts";
import { loadNoteSigner, logOrigin } from "./log-key.ts";
import { rootOf } from "./merkle-tree.ts";
import { extendTiles, tileReader } from "./tile-tree.ts";

/** Who is to say when a checkpoint existed. */
export interface AnchorAuthority {
  kind: AnchorKind;
  /** What the operator calls it. */
  authority: string;
  qualified: boolean;
  development: boolean;
}

export interface CheckpointContext {
  database: Database;
  jobs: JobQueue;
  configuration: { masterKeys: readonly string[]; publicUrl: string };
  /** Each of them anchors every checkpoint. */
  authorities: readonly AnchorAuthority[];
}

/**
 * Signs the head of the organization's log as it is now, and has it anchored by every authority: one row and one job for
 * each, in the checkpoint's transaction. A log that has not grown keeps the checkpoint that it has; `of` says for which
 * session it is, so that the session is told of its anchors.
 *
 * @returns the checkpoint's id; undefined where the log has no entry
 */
export async function makeCheckpoint(
  context: CheckpointContext,
  orgId: number,
  of: { session_id: string; reason: CheckpointReason } | null,
): Promise<string | undefined> {
  const { database, configuration } = context;
  const log = await findAuditLog(database, orgId);
  if (!log || log.size === 0) return undefined;
  const { size } = log;
  if (!(await findCheckpointOfSize(database, orgId, size))) await signHead(context, orgId, size);
  const checkpoint = await findCheckpointOfSize(database, orgId, size);
  if (!checkpoint) throw new Error(`the log ${orgId} has no checkpoint of ${size}`);
  if (of) await inTransaction(database, (transaction) => tellSession(transaction, configuration, checkpoint.id, of));
  return checkpoint.id;
}

async function signHead(context: CheckpointContext, orgId: number, size: number): Promise<void> {
  const { database, jobs, configuration, authorities } = context;
  await extendTiles(database, orgId, size);
  const root = await rootOf(size, tileReader(database, orgId));
  const origin = logOrigin(configuration.publicUrl, orgId);
  const signer = await loadNoteSigner(database, configuration.masterKeys, origin);
  const note = await signCheckpoint({ origin, size, root }, signer);
  await inTransaction(database, async (transaction) => {
    const id = newId("checkpoint");
    const hex = Buffer.from(root).toString("hex");
    const isNew = await insertCheckpoint(transaction, {
      id,
      org_id: orgId,
      size,
      root: hex,
      origin,
      key_id: signer.keyId,
      note,
    });
    if (!isNew) return;
    // A millisecond apart, so that they sort in the order of the configuration.
    const now = Date.now();
    const anchors = authorities.map((authority, place) => ({
      ...authority,
      id: newId("anchor", now + place),
      org_id: orgId,
      checkpoint_id: id,
    }));
    await insertAnchors(transaction, anchors);
    for (const anchor of anchors) await jobs.enqueue(transaction, "anchor-checkpoint", { anchor_id: anchor.id });
  });
}

/** Links the session, and tells it of what is anchored already. */
async function tellSession(
  transaction: Transaction,
  links: { publicUrl: string },
  checkpointId: string,
  of: { session_id: string; reason: CheckpointReason },
): Promise<void> {
  const { id } = await lockCheckpoint(transaction, checkpointId);
  const isNew = await linkCheckpoint(transaction, { checkpoint_id: id, ...of });
  if (!isNew || of.reason !== "signature") return;
  const anchors = (await listAnchors(transaction, [id])).filter(({ status }) => status === "anchored");
  for (const anchor of anchors) await announceAnchor(transaction, links, anchor, of.session_id);
}
