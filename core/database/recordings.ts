import { sql, type Updateable } from "kysely";
import type { Database, Transaction } from "./database.ts";
import type { Schema } from "./schema.ts";

/**
 * The session's recording, made at its first part; each call opens the next part. Undefined when the recording is
 * closed already. The number of the part is `parts`.
 */
export async function openRecordingPart(
  transaction: Transaction,
  recording: { id: string; org_id: number; session_id: string; started_at: Date },
) {
  return transaction
    .insertInto("recordings")
    .values({ ...recording, status: "recording", parts: 1 })
    .onConflict((conflict) =>
      conflict
        .column("session_id")
        .doUpdateSet({ parts: sql`recordings.parts + 1` })
        .where("recordings.status", "=", "recording"),
    )
    .returningAll()
    .executeTakeFirst();
}

export function findRecording(database: Database, id: string) {
  return database.selectFrom("recordings").selectAll().where("id", "=", id).executeTakeFirst();
}

export function findSessionRecording(database: Database, sessionId: string) {
  return database.selectFrom("recordings").selectAll().where("session_id", "=", sessionId).executeTakeFirst();
}

/** At the session's end; undefined when there is none open. */
export function closeRecording(transaction: Transaction, sessionId: string) {
  return transaction
    .updateTable("recordings")
    .set({ status: "processing", ended_at: sql<Date>`now()` })
    .where("session_id", "=", sessionId)
    .where("status", "=", "recording")
    .returningAll()
    .executeTakeFirst();
}

/** Undefined when it was not being processed: another run was faster. */
export function finishRecording(transaction: Transaction, id: string, result: Updateable<Schema["recordings"]>) {
  return transaction
    .updateTable("recordings")
    .set(result)
    .where("id", "=", id)
    .where("status", "=", "processing")
    .returningAll()
    .executeTakeFirst();
}

export async function setRecordingProgress(database: Database, id: string, progress: number): Promise<void> {
  await database
    .updateTable("recordings")
    .set({ progress })
    .where("id", "=", id)
    .where("status", "=", "processing")
    .execute();
}
