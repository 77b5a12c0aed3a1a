import type { Insertable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A device says what it holds before it sends it; said twice is said once. */
export async function announceCapture(
  database: Database,
  capture: Insertable<Schema["announced_captures"]>,
): Promise<boolean> {
  const result = await database
    .insertInto("announced_captures")
    .values(capture)
    .onConflict((conflict) => conflict.column("capture_id").doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** Called with the item's own transaction: the announcement is kept. */
export async function fulfilCapture(transaction: Transaction, captureId: string, itemId: string): Promise<void> {
  await transaction
    .updateTable("announced_captures")
    .set({ item_id: itemId })
    .where("capture_id", "=", captureId)
    .execute();
}

/**
 * Captures that a device announced and has not sent. The items are looked at too: an announcement that comes after its
 * upload, as from a phone that was offline, is never fulfilled by it.
 */
export function listMissingCaptures(database: Database, sessionId: string) {
  return database
    .selectFrom("announced_captures")
    .selectAll()
    .where("session_id", "=", sessionId)
    .where("item_id", "is", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("evidence_items")
            .select("evidence_items.id")
            .whereRef("evidence_items.capture_id", "=", "announced_captures.capture_id"),
        ),
      ),
    )
    .orderBy("announced_at")
    .execute();
}
