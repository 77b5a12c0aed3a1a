import { createHash } from "node:crypto";
import { join } from "node:path";
import { AuditRecord } from "@nexbasira/core/audit/audit-record.ts";
import type { CaptureMetadata } from "@nexbasira/core/contract/evidence.ts";
import { type CreateSession, Session } from "@nexbasira/core/contract/session.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { addStoredBytes } from "@nexbasira/core/database/usage-counters.ts";
import { DiskStorage, type StoredFile } from "@nexbasira/core/storage/storage.ts";
import { PDFDocument } from "pdf-lib";
import { enterSession } from "./enter-session.ts";
import type { Installation } from "./installation.ts";
import { Uploader } from "./upload-capture.ts";

export interface EndedSession {
  session: Session;
  participant_id: string;
  /** Ids of the items, in the order of `documents`. */
  items: string[];
  pdf: StoredFile;
  /** The participant's device, which may still send. */
  uploader: Uploader;
}

/** A session of the test key's organization with these documents, over since `endedAt`, its evidence file ready. */
export async function endSessionWith(
  installation: Installation,
  documents: readonly Uint8Array<ArrayBuffer>[],
  {
    endedAt = new Date(),
    request = {},
    capture = {},
  }: { endedAt?: Date; request?: Partial<CreateSession>; capture?: Partial<CaptureMetadata> } = {},
): Promise<EndedSession> {
  const session = await installation.post(
    "/v1/sessions",
    {
      type: "field_inspection",
      reference: "INS-42871",
      participant: { name: "Marie L.", channel: "link" },
      ...request,
    },
    Session,
  );
  const phone = await enterSession(installation, session);
  const uploader = new Uploader(installation.url, phone.access_token);
  const items: string[] = [];
  for (const bytes of documents) {
    const answer = await uploader.upload(bytes, capture);
    const id = answer.headers.get("nbx-evidence-item");
    if (id === null) throw new Error(`an upload answered ${answer.status}: ${await answer.text()}`);
    items.push(id);
  }
  await installation.api(`/v1/sessions/${session.id}/end`, { method: "POST" });
  const { database } = installation.testDatabase;
  const pdf = await storageOf(installation).put(await reportOf(session));
  await database.updateTable("sessions").set({ completed_at: endedAt }).where("id", "=", session.id).execute();
  await database
    .updateTable("evidence_files")
    .set({ status: "ready", pdf_key: pdf.key, pdf_sha256: pdf.sha256, pdf_size: pdf.size })
    .where("session_id", "=", session.id)
    .execute();
  await inTransaction(database, (transaction) => addStoredBytes(transaction, session.id, pdf.size));
  return { session, participant_id: phone.participant_id, items, pdf, uploader };
}

/** A page with the session's id. Chromium's viewer says of bytes that are no PDF what is wrong, and takes the focus for it. */
async function reportOf({ id }: Session): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.addPage().drawText(`The report of ${id}`);
  return Buffer.from(await pdf.save());
}

export function storageOf({ dataDir }: Pick<Installation, "dataDir">): DiskStorage {
  return new DiskStorage(join(dataDir, "storage"));
}

/** The records of an organization's log, oldest first; throws where a hash or the chain does not hold. */
export async function readWholeLog(database: Database, orgId: number): Promise<AuditRecord[]> {
  const rows = await database
    .selectFrom("audit_entries")
    .selectAll()
    .where("org_id", "=", orgId)
    .orderBy("sequence")
    .execute();
  let previous = "0".repeat(64);
  return rows.map(({ sequence, hash, record }, index) => {
    const read = AuditRecord.parse(JSON.parse(record));
    const found = createHash("sha256").update(record).digest("hex");
    if (sequence !== index || read.sequence !== index || found !== hash || read.previous_hash !== previous) {
      throw new Error(`the log does not hold at entry ${index}`);
    }
    previous = hash;
    return read;
  });
}
