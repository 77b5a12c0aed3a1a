import { type Expression, type SqlBool, sql } from "kysely";
import type { Database, Transaction } from "./database.ts";

/** A session's rule where it has one, its organization's otherwise: days, null for ever. */
const EVIDENCE_DAYS = sql<number | null>`case when sessions.evidence_retention_own
  then sessions.evidence_retention_days else organizations.evidence_retention_days end`;

/** When the contents of a session's evidence may be deleted; null where they are kept for ever, or it has not ended. */
export const evidenceUntil = sql<Date | null>`sessions.completed_at + make_interval(days => ${EVIDENCE_DAYS})`;

/** Nothing works on it any more: it never had evidence, or its evidence file is made, or has failed. */
const atRest = sql<SqlBool>`not exists (
  select from evidence_files f where f.session_id = sessions.id and f.status not in ('ready', 'failed'))`;

/** The session as a deletion needs it. Locked: no hold is set and nothing is added until the commit. */
export function lockForDeletion(transaction: Transaction, sessionId: string) {
  return transaction
    .selectFrom("sessions")
    .innerJoin("organizations", "organizations.id", "sessions.org_id")
    .selectAll("sessions")
    .select([evidenceUntil.as("evidence_until"), atRest.as("at_rest")])
    .select(sql<boolean>`coalesce(${evidenceUntil} <= now(), false)`.as("evidence_due"))
    .where("sessions.id", "=", sessionId)
    .forUpdate("sessions")
    .executeTakeFirst();
}

/** Sessions whose contents are due to be deleted, after `after_id`, by their ids. */
export async function listDueContents(database: Database, page: { after_id: string; limit: number }) {
  return dueSessions(database, page, "evidence_deleted_at", sql<SqlBool>`${evidenceUntil} <= now() and ${atRest}`);
}

/** Sessions whose people are due to be made unreadable: never before the contents that show them are deleted. */
export async function listDuePeople(database: Database, page: { after_id: string; limit: number }) {
  const due = sql<SqlBool>`
    sessions.completed_at + make_interval(days => organizations.personal_data_retention_days) <= now()
    and (sessions.evidence_deleted_at is not null or sessions.started_at is null)`;
  return dueSessions(database, page, "personal_data_erased_at", due);
}

async function dueSessions(
  database: Database,
  { after_id, limit }: { after_id: string; limit: number },
  undone: "evidence_deleted_at" | "personal_data_erased_at",
  due: Expression<SqlBool>,
): Promise<string[]> {
  const rows = await database
    .selectFrom("sessions")
    .innerJoin("organizations", "organizations.id", "sessions.org_id")
    .select("sessions.id")
    .where("sessions.completed_at", "is not", null)
    .where(`sessions.${undone}`, "is", null)
    .where("sessions.legal_hold_since", "is", null)
    .where(due)
    .where("sessions.id", ">", after_id)
    .orderBy("sessions.id")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Every file that a session's rows name, each once. */
export async function listSessionFiles(transaction: Transaction, sessionId: string): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct key from (
      select storage_key as key from evidence_items where session_id = ${sessionId}
      union all select d.storage_key from derivatives d join evidence_items i on i.id = d.item_id
        where i.session_id = ${sessionId}
      union all select unnest(array[mkv_key, mp4_key, poster_key, contact_sheet_key, waveform_key])
        from recordings where session_id = ${sessionId}
      union all select storage_key from participant_signatures where session_id = ${sessionId}
      union all select unnest(array[report_key, pdf_key]) from evidence_files where session_id = ${sessionId}
      union all select document_key from signature_requests where session_id = ${sessionId}
    ) named where key is not null and key <> ''`.execute(transaction);
  return rows.map(({ key }) => key);
}

/** Bytes of a session's evidence as they were counted when it came; see `usage-counters.ts`. */
export async function countSessionBytes(transaction: Transaction, sessionId: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select coalesce(sum(bytes), 0)::bigint as bytes from (
      select size as bytes from evidence_items where session_id = ${sessionId}
      union all select mkv_size + mp4_size from recordings where session_id = ${sessionId} and status = 'ready'
      union all select pdf_size from evidence_files where session_id = ${sessionId} and status = 'ready'
    ) kept`.execute(transaction);
  return rows[0]?.bytes ?? 0;
}

/**
 * Cuts a session's rows from their files, which are noted as to be deleted, in one transaction. Hashes, sizes and times
 * stay; boards lose what was drawn on them, a signature its strokes.
 */
export async function detachContents(
  transaction: Transaction,
  sessionId: string,
  by: "rule" | "hand",
  files: readonly string[],
): Promise<void> {
  await noteFilesToDelete(transaction, files);
  const now = sql<Date>`now()`;
  const items = transaction.selectFrom("evidence_items").select("id").where("session_id", "=", sessionId);
  const boards = transaction.selectFrom("whiteboards").select("id").where("session_id", "=", sessionId);
  await transaction.updateTable("derivatives").set({ storage_key: null }).where("item_id", "in", items).execute();
  await transaction.deleteFrom("board_operations").where("board_id", "in", boards).execute();
  await transaction
    .updateTable("evidence_items")
    .set({ storage_key: null, deleted_at: now })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("recordings")
    .set({
      mkv_key: null,
      mp4_key: null,
      poster_key: null,
      contact_sheet_key: null,
      contact_sheet: null,
      waveform_key: null,
      deleted_at: now,
    })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("participant_signatures")
    .set({ storage_key: null, entries: "[]" })
    .where("session_id", "=", sessionId)
    .execute();
  // Nobody reads the document of a request that is closed: an empty key is none.
  await transaction
    .updateTable("signature_requests")
    .set({ document_key: "" })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("evidence_files")
    .set({ report_key: null, pdf_key: null, deleted_at: now })
    .where("session_id", "=", sessionId)
    .execute();
  await transaction
    .updateTable("sessions")
    .set({ evidence_deleted_at: now, evidence_deleted_by: by })
    .where("id", "=", sessionId)
    .execute();
}

/** Since when a session's contents are deleted; undefined while they are there. */
export async function findDeletion(database: Database, sessionId: string): Promise<Date | undefined> {
  const row = await database
    .selectFrom("sessions")
    .select("evidence_deleted_at")
    .where("id", "=", sessionId)
    .executeTakeFirst();
  return row?.evidence_deleted_at ?? undefined;
}

/** Whether a session's contents are deleted. If not, they are not until the commit. */
export async function isDeletedLocking(transaction: Transaction, sessionId: string): Promise<boolean> {
  const row = await transaction
    .selectFrom("sessions")
    .select("evidence_deleted_at")
    .where("id", "=", sessionId)
    .forShare()
    .executeTakeFirst();
  return row === undefined || row.evidence_deleted_at !== null;
}

/** Notes files that no row names, or will name, as to be removed. */
export async function noteFilesToDelete(transaction: Transaction, files: readonly string[]): Promise<void> {
  if (files.length === 0) return;
  await transaction
    .insertInto("files_to_delete")
    .columns(["storage_key"])
    .expression(sql`select unnest(${files}::text[])`)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/**
 * Notes a file that is about to be stored: where nothing names it after a quarter of an hour, because its worker was
 * killed before the commit, it is removed.
 */
export async function noteFileToCome(database: Database, storageKey: string): Promise<void> {
  await database
    .insertInto("files_to_delete")
    .values({ storage_key: storageKey, since: sql<Date>`now() + interval '15 minutes'` })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Files that were let go of by now, after `after_key`. */
export async function listFilesToDelete(database: Database, page: { after_key: string; limit: number }) {
  const rows = await database
    .selectFrom("files_to_delete")
    .select("storage_key")
    .where("storage_key", ">", page.after_key)
    .where("since", "<=", sql<Date>`now()`)
    .orderBy("storage_key")
    .limit(page.limit)
    .execute();
  return rows.map(({ storage_key }) => storage_key);
}

export async function forgetFileToDelete(database: Database, storageKey: string): Promise<void> {
  await database.deleteFrom("files_to_delete").where("storage_key", "=", storageKey).execute();
}

/** Whether any row of the installation names this file: files are addressed by content, and two may share one. */
export async function isFileNamed(database: Database, storageKey: string): Promise<boolean> {
  const { rows } = await sql<{ named: boolean }>`
    select exists (select from evidence_items where storage_key = ${storageKey})
      or exists (select from derivatives where storage_key = ${storageKey})
      or exists (select from participant_signatures where storage_key = ${storageKey})
      or exists (select from recordings where mkv_key = ${storageKey})
      or exists (select from recordings where mp4_key = ${storageKey})
      or exists (select from recordings where poster_key = ${storageKey})
      or exists (select from recordings where contact_sheet_key = ${storageKey})
      or exists (select from recordings where waveform_key = ${storageKey})
      or exists (select from evidence_files where report_key = ${storageKey})
      or exists (select from evidence_files where pdf_key = ${storageKey})
      or exists (select from signature_requests where document_key = ${storageKey})
      or exists (select from organizations where logo_key = ${storageKey} or logo_raster_key = ${storageKey})
      as named`.execute(database);
  return rows[0]?.named ?? true;
}

/** Recordings whose session's contents are deleted, for the journals that may be left of them. */
export async function listDeletedRecordings(database: Database, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await database
    .selectFrom("recordings")
    .select("id")
    .where("id", "in", ids)
    .where("deleted_at", "is not", null)
    .execute();
  return rows.map(({ id }) => id);
}
