import { type Insertable, sql } from "kysely";
import type { AnchorKind } from "../contract/audit.ts";
import { listSessionCheckpoints } from "./checkpoints.ts";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

export async function insertAnchors(
  transaction: Transaction,
  anchors: readonly Insertable<Schema["audit_anchors"]>[],
): Promise<void> {
  if (anchors.length > 0) await transaction.insertInto("audit_anchors").values(anchors).execute();
}

/** An anchor with its checkpoint. */
export function findAnchor(database: Database, id: string) {
  return withCheckpoint(database).where("audit_anchors.id", "=", id).executeTakeFirst();
}

/** The anchors of these checkpoints, in the order in which their authorities were configured. */
export async function listAnchors(database: Database, checkpointIds: readonly string[]) {
  if (checkpointIds.length === 0) return [];
  return withCheckpoint(database)
    .where("checkpoint_id", "in", [...checkpointIds])
    .orderBy("audit_anchors.id")
    .execute();
}
export type AnchorRow = Awaited<ReturnType<typeof listAnchors>>[number];

/** The anchors of the checkpoint that was made for a session's signed document or, before there is one, for its end. */
export async function listSessionAnchors(database: Database, sessionId: string) {
  const own = await listSessionCheckpoints(database, sessionId);
  const checkpoint = own.find(({ reason }) => reason === "signature") ?? own[0];
  return checkpoint ? listAnchors(database, [checkpoint.id]) : [];
}

function withCheckpoint(database: Database) {
  return database
    .selectFrom("audit_anchors")
    .innerJoin("audit_checkpoints", "audit_checkpoints.id", "audit_anchors.checkpoint_id")
    .selectAll("audit_anchors")
    .select(["size", "root", "origin", "note"]);
}

/** Keeps what proves it, once: false where it was anchored before. */
export async function completeAnchor(
  transaction: Transaction,
  id: string,
  proof: { token: Buffer; anchored_at: Date; bitcoin_height: number | null },
): Promise<boolean> {
  const completed = await transaction
    .updateTable("audit_anchors")
    .set({ ...proof, status: "anchored", problem: null, attempted_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("status", "=", "pending")
    .returning("id")
    .executeTakeFirst();
  return completed !== undefined;
}

/** Notes how a try went that left the anchor pending: the receipt so far, or why there is none. */
export async function noteAnchorAttempt(
  database: Database,
  id: string,
  outcome: { token?: Buffer; problem: string | null },
): Promise<void> {
  await database
    .updateTable("audit_anchors")
    .set({ ...outcome, attempted_at: sql<Date>`now()` })
    .where("id", "=", id)
    .where("status", "=", "pending")
    .execute();
}

/** Pending anchors of a kind that nobody has tried for so long; `hasToken`: whether there is a receipt already. */
export function listIdleAnchors(
  database: Database,
  filter: { kind: AnchorKind; hasToken: boolean; idle_s: number; after_id: string; limit: number },
) {
  return database
    .selectFrom("audit_anchors")
    .select(["id", "authority", "token"])
    .where("status", "=", "pending")
    .where("kind", "=", filter.kind)
    .where("id", ">", filter.after_id)
    .where("token", filter.hasToken ? "is not" : "is", null)
    .where(sql`coalesce(attempted_at, created_at)`, "<=", sql<Date>`now() - make_interval(secs => ${filter.idle_s})`)
    .orderBy("id")
    .limit(filter.limit)
    .execute();
}
