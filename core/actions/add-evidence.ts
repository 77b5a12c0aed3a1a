import { appendAuditEntry } from "../audit/append-audit-entry.ts";
import type { Location, LocationStatus } from "../contract/common.ts";
import { AppError } from "../contract/errors.ts";
import type { CaptureSource, EvidenceKind } from "../contract/evidence.ts";
import { newId } from "../contract/ids.ts";
import { fulfilCapture } from "../database/announced-captures.ts";
import { type Database, inTransaction, type Transaction } from "../database/database.ts";
import {
  findEvidenceItemByCapture,
  insertEvidenceItem,
  listItemsOfRequest,
  supersedeItem,
} from "../database/evidence-items.ts";
import { notifySession } from "../database/notify.ts";
import { lockSession } from "../database/sessions.ts";
import { addStoredBytes } from "../database/usage-counters.ts";
import { recordEvent } from "../events/record-event.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { type EvidenceItemRow, toEvidenceItem } from "../resources/evidence-item-resource.ts";
import type { Links } from "../secrets/links.ts";
import type { StoredFile } from "../storage/storage.ts";

export interface NewEvidence {
  session_id: string;
  participant_id: string;
  /** Made where it was captured: the same capture twice is one item. */
  capture_id: string;
  kind: EvidenceKind;
  file: StoredFile;
  /** What the bytes are, not what they were called. */
  media_type: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  title: string | null;
  filename: string | null;
  source: CaptureSource | null;
  captured_at: Date;
  device: { time: Date; clock_offset_ms: number | null; order: number } | null;
  location: Location | null;
  location_status: LocationStatus | null;
  derived_from_id: string | null;
  whiteboard_id: string | null;
  /** Kept, but it cannot be shown: why. */
  problem: { code: string; message: string } | null;
  /** Of a snapshot: what asked for it, an inspector's request or the capture itself. */
  request_id?: string;
  /** A frame of the stream, which stands in for the request's original. */
  provisional?: boolean;
}

/**
 * Makes a stored file an evidence item: the item, its derivatives' job, `evidence.added` and the audit entry in one
 * transaction. Idempotent by `capture_id`: the second call returns the first one's item and writes nothing.
 *
 * Of a request there is one provisional frame: a second one, or one that comes after the original, is not kept, and the
 * answer is the item that is there. The original takes the frame's place in the same transaction.
 *
 * @throws {AppError} `conflict` where the session takes no evidence, `validation_error` for another session's request.
 */
export async function addEvidence(
  context: { database: Database; jobs: JobQueue; links: Links },
  evidence: NewEvidence,
): Promise<EvidenceItemRow> {
  return inTransaction(context.database, async (transaction) => {
    const session = await lockSession(transaction, evidence.session_id);
    if (!session) throw new AppError("not_found", "There is no such session.");
    if (session.status === "cancelled" || session.status === "expired" || session.status === "pending") {
      throw new AppError("conflict", `The session is ${session.status}: it takes no evidence.`);
    }
    if (session.evidence_deleted_at) {
      throw new AppError("evidence_deleted", "The session's evidence is deleted: it takes no more.");
    }
    const { before, frame } = await readRequest(transaction, evidence);
    if (before) return before;
    const id = newId("evidenceItem");
    const inserted = await insertEvidenceItem(transaction, {
      id,
      org_id: session.org_id,
      mode: session.mode,
      session_id: session.id,
      capture_id: evidence.capture_id,
      participant_id: evidence.participant_id,
      kind: evidence.kind,
      sha256: evidence.file.sha256,
      size: evidence.file.size,
      media_type: evidence.media_type,
      width: evidence.width,
      height: evidence.height,
      duration_ms: evidence.duration_ms,
      title: evidence.title,
      filename: evidence.filename,
      source: evidence.source,
      captured_at: evidence.captured_at,
      device_time: evidence.device?.time ?? null,
      clock_offset_ms: evidence.device?.clock_offset_ms ?? null,
      device_order: evidence.device?.order ?? null,
      latitude: evidence.location?.latitude ?? null,
      longitude: evidence.location?.longitude ?? null,
      accuracy_m: evidence.location?.accuracy_m ?? null,
      age_s: evidence.location?.age_s ?? null,
      location_status: evidence.location_status,
      derived_from_id: evidence.derived_from_id,
      request_id: evidence.request_id ?? null,
      provisional: evidence.provisional ?? false,
      whiteboard_id: evidence.whiteboard_id,
      problem_code: evidence.problem?.code ?? null,
      problem_message: evidence.problem?.message ?? null,
      storage_key: evidence.file.key,
    });
    const item = await findEvidenceItemByCapture(transaction, evidence.capture_id);
    if (!item) throw new Error("the item just written is not there");
    if (!inserted) return item;
    await fulfilCapture(transaction, evidence.capture_id, item.id);
    if (!evidence.problem) await context.jobs.enqueue(transaction, "make-derivatives", { item_id: item.id });
    await recordEvent(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "evidence.added",
      data: toEvidenceItem(item, context.links),
      actor: { type: "participant", id: evidence.participant_id },
      object: { type: "evidence_item", id: item.id },
      object_hash: item.sha256,
    });
    if (frame) await supersede(transaction, session.org_id, frame, item);
    await addStoredBytes(transaction, session.id, item.size);
    return item;
  });
}

/** `before`: the item that makes this one needless. `frame`: the provisional frame that this one supersedes. */
async function readRequest(
  transaction: Transaction,
  { session_id, request_id, provisional }: NewEvidence,
): Promise<{ before?: EvidenceItemRow; frame?: EvidenceItemRow }> {
  if (request_id === undefined) return {};
  const items = await listItemsOfRequest(transaction, request_id);
  if (items.some((item) => item.session_id !== session_id)) {
    throw new AppError("validation_error", "request_id: is that of another session", { param: "request_id" });
  }
  const original = items.find((item) => !item.provisional);
  const frame = items.find((item) => item.provisional);
  if (provisional) return { before: original ?? frame };
  return frame?.superseded_by_id === null ? { frame } : {};
}

async function supersede(
  transaction: Transaction,
  orgId: number,
  frame: EvidenceItemRow,
  original: EvidenceItemRow,
): Promise<void> {
  if (!(await supersedeItem(transaction, frame.id, original.id))) return;
  const { session_id } = frame;
  await notifySession(transaction, { org_id: orgId, session_id, type: "evidence.updated", object_id: frame.id });
  await appendAuditEntry(transaction, orgId, {
    actor: { type: "participant", id: original.participant_id },
    action: "evidence.superseded",
    session_id,
    object: { type: "evidence_item", id: frame.id },
    object_hash: frame.sha256,
    details: { superseded_by: original.id, superseded_by_sha256: original.sha256 },
  });
}
