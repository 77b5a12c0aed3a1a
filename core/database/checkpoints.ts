import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** False where the log has a checkpoint of this size already. */
export async function insertCheckpoint(
  transaction: Transaction,
  checkpoint: Insertable<Schema["audit_checkpoints"]>,
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("audit_checkpoints")
    .values(checkpoint)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Says that a checkpoint was made for a session; false where that was said before. */
export async function linkCheckpoint(
  transaction: Transaction,
  link: Insertable<Schema["audit_checkpoint_sessions"]>,
): Promise<boolean> {
  const inserted = await transaction
    .insertInto("audit_checkpoint_sessions")
    .values(link)
    .onConflict((conflict) => conflict.doNothing())
    .returning("checkpoint_id")
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The checkpoint, locked until the commit: what is told of it to sessions is told once. */
export function lockCheckpoint(transaction: Transaction, id: string) {
  return transaction
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export function findCheckpoint(database: Database, orgId: number, id: string) {
  return database
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("id", "=", id)
    .executeTakeFirst();
}

export function findCheckpointOfSize(database: Database, orgId: number, size: number) {
  return database
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("size", "=", size)
    .executeTakeFirst();
}

/** The log's checkpoints, the newest first, or from the oldest on. */
export function listCheckpoints(
  database: Database,
  orgId: number,
  page: { before_size?: number | undefined; after_size?: number | undefined; limit: number },
) {
  let query = database.selectFrom("audit_checkpoints").selectAll().where("org_id", "=", orgId).limit(page.limit);
  if (page.before_size !== undefined) query = query.where("size", "<", page.before_size);
  if (page.after_size === undefined) return query.orderBy("size", "desc").execute();
  return query.where("size", ">", page.after_size).orderBy("size").execute();
}

/** The checkpoints that were made for a session, the newest first; twice where one is for its end and its signature. */
export function listSessionCheckpoints(database: Database, sessionId: string) {
  return database
    .selectFrom("audit_checkpoints")
    .innerJoin("audit_checkpoint_sessions", "audit_checkpoint_sessions.checkpoint_id", "audit_checkpoints.id")
    .selectAll("audit_checkpoints")
    .select("audit_checkpoint_sessions.reason")
    .where("audit_checkpoint_sessions.session_id", "=", sessionId)
    .orderBy("size", "desc")
    .execute();
}

/** The newest checkpoint of at least this size that has an anchor. */
export function findAnchoredCheckpoint(database: Database, orgId: number, leastSize: number) {
  return database
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("org_id", "=", orgId)
    .where("size", ">=", leastSize)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom("audit_anchors")
          .select("id")
          .whereRef("audit_anchors.checkpoint_id", "=", "audit_checkpoints.id")
          .where("status", "=", "anchored"),
      ),
    )
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** The sessions whose signed document a checkpoint was made for. */
export async function listSignedSessions(database: Database, checkpointId: string): Promise<string[]> {
  const rows = await database
    .selectFrom("audit_checkpoint_sessions")
    .select("session_id")
    .where("checkpoint_id", "=", checkpointId)
    .where("reason", "=", "signature")
    .orderBy("session_id")
    .execute();
  return rows.map(({ session_id }) => session_id);
}

/**
 * Organizations whose log has entries behind its newest checkpoint that tell of anything but an anchor: those come of
 * checkpoints, and a log that nothing else happens in must come to rest.
 */
export async function listGrownLogs(database: Database): Promise<number[]> {
  const { rows } = await sql<{ org_id: number }>`
    select log.org_id from audit_logs log
    where exists (
      select from audit_entries entry
      where entry.org_id = log.org_id and entry.action <> 'audit.anchored'
        and entry.sequence >= coalesce((select max(size) from audit_checkpoints c where c.org_id = log.org_id), 0)
    )
    order by log.org_id`.execute(database);
  return rows.map(({ org_id }) => org_id);
}
export type CheckpointRow = Awaited<ReturnType<typeof listCheckpoints>>[number];
