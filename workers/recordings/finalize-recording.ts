import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { listUnfinishedClips } from "@nexbasira/core/database/clips.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { advanceEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { findRecording, finishRecording, setRecordingProgress } from "@nexbasira/core/database/recordings.ts";
import { addStoredBytes } from "@nexbasira/core/database/usage-counters.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { type RecordingRow, toRecording } from "@nexbasira/core/resources/recording-resource.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { listJournalParts } from "./journal-parts.ts";
import { renderRecording } from "./render-recording.ts";
import { outlinePart } from "./scan-part.ts";

export interface RecordingContext {
  database: Database;
  jobs: JobQueue;
  links: Links;
  storage: Storage;
  journals: string;
}

/** How long the last part's writer may take to close; a killed one never does, and its part ends where it ends. */
const CLOSING_MS = 10_000;
/** How long clips that are still being cut keep the journals. */
const CLIPS_MS = 120_000;
const LOOK_AGAIN_MS = 100;
const PROGRESS_EVERY_MS = 500;

/**
 * Makes a closed recording's files from its journals, announces them by `recording.ready`, and lets the report begin.
 * May be killed at any time and run again with the same result; the journals go last, after the files were read back.
 */
export async function finalizeRecording(
  context: RecordingContext,
  recordingId: string,
  signal: AbortSignal,
): Promise<void> {
  const { database, storage, journals } = context;
  const recording = await findRecording(database, recordingId);
  if (recording?.status !== "processing") return removeJournals(context, recording);
  const parts = await listJournalParts(journals, recordingId);
  const last = parts.at(-1);
  if (last === undefined) throw new Permanent("the recording has no journal");
  await waitFor(CLOSING_MS, signal, async () => (await outlinePart(last, storage.keys))?.ended === true);
  const directory = await storage.temporaryPath();
  await mkdir(directory, { recursive: true });
  try {
    const rendered = await renderRecording({
      parts,
      keys: storage.keys,
      directory,
      signal,
      onProgress: progressReporter(database, recording),
    });
    const adopted = {
      mkv: await storage.adopt(rendered.mkv),
      mp4: await storage.adopt(rendered.mp4),
      poster: await storage.adopt(rendered.poster),
      contactSheet: await storage.adopt(rendered.contactSheet.path),
      waveform: await storage.adopt(rendered.waveform),
    };
    const { columns, rows, timesMs } = rendered.contactSheet;
    const result = {
      status: "ready" as const,
      progress: 1,
      started_at: new Date(rendered.startedAt),
      duration_ms: rendered.durationMs,
      gaps: JSON.stringify(rendered.gaps),
      mkv_key: adopted.mkv.key,
      mkv_sha256: adopted.mkv.sha256,
      mkv_size: adopted.mkv.size,
      mp4_key: adopted.mp4.key,
      mp4_sha256: adopted.mp4.sha256,
      mp4_size: adopted.mp4.size,
      poster_key: adopted.poster.key,
      contact_sheet_key: adopted.contactSheet.key,
      contact_sheet: JSON.stringify({ columns, rows, times_ms: timesMs }),
      waveform_key: adopted.waveform.key,
    };
    await inTransaction(database, async (transaction) => {
      const ready = await finishRecording(transaction, recordingId, result);
      if (!ready) return;
      await letReportBegin(context, transaction, ready);
      await recordEvent(transaction, {
        org_id: ready.org_id,
        session_id: ready.session_id,
        type: "recording.ready",
        data: toRecording(ready, context.links),
        actor: { type: "system", id: "recordings" },
        object: { type: "recording", id: ready.id },
        object_hash: adopted.mkv.sha256,
      });
      await addStoredBytes(transaction, ready.session_id, adopted.mkv.size + adopted.mp4.size);
    });
  } finally {
    await storage.discard(directory);
  }
  await waitFor(CLIPS_MS, signal, async () => (await listUnfinishedClips(database, recording.session_id)).length === 0);
  await rm(join(journals, recordingId), { recursive: true, force: true });
}

/** It cannot be made: the report says so, and the journals stay for whoever looks into it. */
export async function abandonRecording(context: RecordingContext, recordingId: string): Promise<void> {
  await inTransaction(context.database, async (transaction) => {
    const failed = await finishRecording(transaction, recordingId, { status: "failed" });
    if (failed) await letReportBegin(context, transaction, failed);
  });
}

async function letReportBegin(
  { jobs }: RecordingContext,
  transaction: Transaction,
  recording: RecordingRow,
): Promise<void> {
  const session_id = recording.session_id;
  const advanced = await advanceEvidenceFile(transaction, session_id, "recordings", { status: "report", progress: 0 });
  if (advanced) await jobs.enqueue(transaction, "assemble-report", { session_id });
  await notifySession(transaction, { org_id: recording.org_id, session_id, type: "progress", object_id: recording.id });
}

/** What a run that was killed after its commit has left. */
async function removeJournals({ journals }: RecordingContext, recording: RecordingRow | undefined): Promise<void> {
  if (recording?.status === "ready") await rm(join(journals, recording.id), { recursive: true, force: true });
}

/** Waits until `look` is true, at most `limit_ms`: what comes later is not waited for. */
async function waitFor(limit_ms: number, signal: AbortSignal, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + limit_ms;
  while (Date.now() < deadline && !(await look())) await delay(LOOK_AGAIN_MS, undefined, { signal });
}

/** Writes progress down for the console, twice a second at most; one write at a time. */
function progressReporter(database: Database, recording: RecordingRow): (share: number) => void {
  let last = 0;
  let writing = false;
  return (share) => {
    if (writing || Date.now() - last < PROGRESS_EVERY_MS) return;
    last = Date.now();
    writing = true;
    const { org_id, session_id, id } = recording;
    inTransaction(database, async (transaction) => {
      await setRecordingProgress(transaction, id, share);
      await notifySession(transaction, { org_id, session_id, type: "progress", object_id: id });
    })
      // Progress is a courtesy: the work goes on without it, and its own writes say what is wrong.
      .catch(() => {})
      .finally(() => {
        writing = false;
      });
  };
}
