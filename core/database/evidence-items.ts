import { type Insertable, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/** Undefined when this capture is an item already. */
export function insertEvidenceItem(transaction: Transaction, item: Insertable<Schema["evidence_items"]>) {
  return transaction
    .insertInto("evidence_items")
    .values(item)
    .onConflict((conflict) => conflict.column("capture_id").doNothing())
    .returning("id")
    .executeTakeFirst();
}

function items(database: Database) {
  const derivative = (kind: "thumbnail" | "preview") =>
    sql<{ key: string; media_type: string } | null>`(
      select json_build_object('key', d.storage_key, 'media_type', d.media_type)
      from derivatives d
      where d.item_id = evidence_items.id and d.kind = ${kind} and d.storage_key is not null)`;
  return database
    .selectFrom("evidence_items")
    .innerJoin("participants", "participants.id", "evidence_items.participant_id")
    .leftJoin("evidence_items as origin", "origin.id", "evidence_items.derived_from_id")
    .leftJoin("evidence_items as successor", "successor.id", "evidence_items.superseded_by_id")
    .selectAll("evidence_items")
    .select([
      "participants.name as captured_by_name",
      "participants.role as captured_by_role",
      "origin.sha256 as derived_from_sha256",
      "successor.sha256 as superseded_by_sha256",
      derivative("thumbnail").as("thumbnail"),
      derivative("preview").as("preview"),
    ]);
}

/** A session's items in the order in which they were received. */
export function listEvidenceItems(database: Database, sessionId: string) {
  return items(database).where("evidence_items.session_id", "=", sessionId).orderBy("evidence_items.id").execute();
}

export function findEvidenceItem(database: Database, id: string) {
  return items(database).where("evidence_items.id", "=", id).executeTakeFirst();
}

export function findEvidenceItemByCapture(database: Database, captureId: string) {
  return items(database).where("evidence_items.capture_id", "=", captureId).executeTakeFirst();
}

/** What came of a request so far: its provisional frame, its original. Of other sessions too, where it is none of theirs. */
export function listItemsOfRequest(database: Database, requestId: string) {
  return items(database).where("evidence_items.request_id", "=", requestId).orderBy("evidence_items.id").execute();
}

/** Links a provisional frame to the original that takes its place; undefined where an earlier one did. */
export function supersedeItem(transaction: Transaction, id: string, originalId: string) {
  return transaction
    .updateTable("evidence_items")
    .set({ superseded_by_id: originalId })
    .where("id", "=", id)
    .where("provisional", "=", true)
    .where("superseded_by_id", "is", null)
    .returning("id")
    .executeTakeFirst();
}

/** An organization's items after `after_id`, oldest first. */
export function listOrganizationItems(
  database: Database,
  filter: { org_id: number; session_id?: string; mode?: "live" | "test"; after_id?: string; limit: number },
) {
  let query = items(database).where("evidence_items.org_id", "=", filter.org_id);
  if (filter.session_id) query = query.where("evidence_items.session_id", "=", filter.session_id);
  if (filter.mode) query = query.where("evidence_items.mode", "=", filter.mode);
  if (filter.after_id) query = query.where("evidence_items.id", ">", filter.after_id);
  return query.orderBy("evidence_items.id").limit(filter.limit).execute();
}

/** Kept, but it cannot be shown after all. */
export async function setItemProblem(
  database: Database,
  id: string,
  problem: { code: string; message: string },
): Promise<void> {
  await database
    .updateTable("evidence_items")
    .set({ problem_code: problem.code, problem_message: problem.message })
    .where("id", "=", id)
    .execute();
}

/** A derivative made again replaces the one before: it was made from the same original. */
export async function upsertDerivative(transaction: Transaction, derivative: Insertable<Schema["derivatives"]>) {
  await transaction
    .insertInto("derivatives")
    .values(derivative)
    .onConflict((conflict) =>
      conflict.columns(["item_id", "kind"]).doUpdateSet({
        storage_key: derivative.storage_key,
        sha256: derivative.sha256,
        size: derivative.size,
        media_type: derivative.media_type,
      }),
    )
    .execute();
}

export function listDerivatives(database: Database, itemId: string) {
  return database.selectFrom("derivatives").selectAll().where("item_id", "=", itemId).orderBy("kind").execute();
}
