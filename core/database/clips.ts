import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A clip that was asked for; its item follows when it is cut. */
export async function insertClip(transaction: Transaction, clip: Insertable<Schema["clips"]>): Promise<void> {
  await transaction.insertInto("clips").values(clip).execute();
}

export function findClip(database: Database, id: string) {
  return database.selectFrom("clips").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Clips of a session that were asked for and are neither cut nor given up, the oldest first. */
export function listUnfinishedClips(database: Database, sessionId: string) {
  return clipsWithoutItem(database, sessionId).where("abandoned_at", "is", null).execute();
}

/** Clips of a session that were asked for and are not cut, those given up among them, the oldest first. */
export function listClipsWithoutItem(database: Database, sessionId: string) {
  return clipsWithoutItem(database, sessionId).execute();
}

function clipsWithoutItem(database: Database, sessionId: string) {
  return database
    .selectFrom("clips")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("evidence_items")
            .select("evidence_items.id")
            .whereRef("evidence_items.capture_id", "=", "clips.capture_id"),
        ),
      ),
    )
    .orderBy("created_at");
}

/** A clip with the item that it became, if it has; by its own id, or by the capture id that it shares with the item. */
export function findClipWithItem(database: Database, by: { id: string } | { capture_id: string }) {
  const [column, value] = "id" in by ? (["clips.id", by.id] as const) : (["clips.capture_id", by.capture_id] as const);
  return database
    .selectFrom("clips")
    .leftJoin("evidence_items", "evidence_items.capture_id", "clips.capture_id")
    .selectAll("clips")
    .select("evidence_items.id as item_id")
    .where(column, "=", value)
    .executeTakeFirst();
}

export async function abandonClip(database: Database, id: string): Promise<void> {
  await database.updateTable("clips").set({ abandoned_at: sql<Date>`now()` }).where("id", "=", id).execute();
}
