import { addEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { findClip, abandonClip as markAbandoned } from "@nexbasira/core/database/clips.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findEvidenceItemByCapture } from "@nexbasira/core/database/evidence-items.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { cutClip as cutMedia } from "./cut-clip-media.ts";
import { listJournalParts } from "./journal-parts.ts";
import { outlinePart } from "./scan-part.ts";

export interface ClipContext {
  database: Database;
  jobs: JobQueue;
  links: Links;
  storage: Storage;
  journals: string;
}

/** Cuts a clip that was asked for out of the running recording, and makes it an evidence item. Runs twice as once. */
export async function cutClip(context: ClipContext, clipId: string, signal: AbortSignal): Promise<void> {
  const { database, storage } = context;
  const clip = await findClip(database, clipId);
  if (!clip || (await findEvidenceItemByCapture(database, clip.capture_id))) return;
  const recording = await findSessionRecording(database, clip.session_id);
  const parts = recording ? await listJournalParts(context.journals, recording.id) : [];
  const startedAt = parts[0] === undefined ? undefined : (await outlinePart(parts[0], storage.keys))?.startedAt;
  if (startedAt === undefined) throw new Permanent("there is no recording to cut the clip from");
  const path = await storage.temporaryPath();
  try {
    const cut = await cutMedia({
      partDirectories: parts,
      keys: storage.keys,
      fromMs: Math.max(0, clip.from_ms - startedAt),
      toMs: clip.to_ms - startedAt,
      outputPath: path,
      signal,
    });
    await addEvidence(context, {
      session_id: clip.session_id,
      participant_id: clip.participant_id,
      capture_id: clip.capture_id,
      kind: "clip",
      file: await storage.adopt(path),
      media_type: "video/mp4",
      width: cut.width,
      height: cut.height,
      duration_ms: Math.round(cut.toMs - cut.fromMs),
      title: null,
      filename: null,
      source: null,
      captured_at: new Date(cut.startedAt + cut.fromMs),
      device: null,
      location: null,
      location_status: null,
      derived_from_id: null,
      whiteboard_id: null,
      problem: null,
    });
  } finally {
    await storage.discard(path);
  }
}

/** The clip cannot be cut: nobody waits for it any longer. */
export async function abandonClip({ database }: Pick<ClipContext, "database">, clipId: string): Promise<void> {
  const clip = await findClip(database, clipId);
  const session = clip && (await findSession(database, clip.session_id));
  if (!clip || !session) return;
  await markAbandoned(database, clip.id);
  await inTransaction(database, (transaction) =>
    notifySession(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "clip.failed",
      object_id: clip.id,
    }),
  );
}
