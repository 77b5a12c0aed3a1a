import { addEvidence, type NewEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { CaptureMetadata } from "@nexbasira/core/contract/evidence.ts";
import type { AccessClaims } from "@nexbasira/core/contract/join.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { listItemsOfRequest } from "@nexbasira/core/database/evidence-items.ts";
import { noteFilesToDelete } from "@nexbasira/core/database/retention.ts";
import { inspectMedia } from "@nexbasira/core/images/inspect-media.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { EvidenceItemRow } from "@nexbasira/core/resources/evidence-item-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { capturedAt } from "./read-capture.ts";

/** Whichever item a request has already that makes a provisional frame needless: its original before another frame. */
async function itemInstead(database: Database, { source, request_id }: CaptureMetadata, sessionId: string) {
  if (source !== "stream" || request_id === undefined) return undefined;
  const items = await listItemsOfRequest(database, request_id);
  const ours = items.filter(({ session_id }) => session_id === sessionId);
  return ours.find(({ provisional }) => !provisional) ?? ours[0];
}

/** Adds it. A file that is stored already, and refused after all, is named by no row: it is noted as to be removed. */
async function addOrLetGo(
  context: { database: Database; jobs: JobQueue; links: Links },
  evidence: NewEvidence,
): Promise<EvidenceItemRow> {
  try {
    return await addEvidence(context, evidence);
  } catch (error) {
    if (error instanceof AppError) {
      await inTransaction(context.database, (transaction) => noteFilesToDelete(transaction, [evidence.file.key]));
    }
    throw error;
  }
}

/**
 * Makes a finished upload an evidence item: the bytes are hashed and compared with what the device announced
 * (`hash_mismatch`: the device sends again), looked at for what they are, and kept as they came. A capture that is an
 * item already is that item, and a frame of the stream that is not needed (any more) is the item that is there instead.
 */
export async function receiveUpload(
  context: { database: Database; jobs: JobQueue; links: Links; storage: Storage },
  claims: AccessClaims,
  capture: CaptureMetadata,
  path: string,
): Promise<{ id: string }> {
  const instead = await itemInstead(context.database, capture, claims.session_id);
  if (instead) {
    await context.storage.discard(path);
    return instead;
  }
  const isFrame = capture.source === "stream";
  if (isFrame && !(await inspectMedia(path)).displayable) {
    await context.storage.discard(path);
    throw new AppError("unsupported_media", "A frame of the stream has to be a picture.");
  }
  const file = await context.storage.adopt(path, capture);
  if (!file) {
    await context.storage.discard(path);
    throw new AppError("hash_mismatch", "The bytes received are not those that the device announced. Send them again.");
  }
  const media = await context.storage.withFile(file.key, inspectMedia);
  const item = await addOrLetGo(context, {
    session_id: claims.session_id,
    participant_id: claims.participant_id,
    capture_id: capture.capture_id,
    kind: capture.kind,
    file,
    media_type: media.mediaType,
    width: media.width ?? null,
    height: media.height ?? null,
    duration_ms: null,
    title: capture.title ?? null,
    filename: capture.filename ?? null,
    source: capture.source,
    captured_at: capturedAt(capture),
    device: {
      time: new Date(capture.device_time),
      clock_offset_ms: capture.clock_offset_ms,
      order: capture.device_order,
    },
    location: capture.location,
    location_status: capture.location_status,
    derived_from_id: null,
    whiteboard_id: null,
    problem: media.problem ?? null,
    ...(capture.kind === "snapshot" ? { request_id: capture.request_id ?? capture.capture_id } : {}),
    provisional: isFrame,
  });
  if (isFrame && item.capture_id !== capture.capture_id) return item;
  if (item.session_id !== claims.session_id || item.sha256 !== capture.sha256) {
    throw new AppError("validation_error", "capture_id: is that of another capture", { param: "capture_id" });
  }
  return item;
}
