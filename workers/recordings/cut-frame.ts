import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { addEvidence } from "@nexbasira/core/actions/add-evidence.ts";
import type { JobPayload } from "@nexbasira/core/contract/jobs.ts";
import { listItemsOfRequest } from "@nexbasira/core/database/evidence-items.ts";
import { findSessionRecording } from "@nexbasira/core/database/recordings.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import type { ClipContext } from "./cut-clip.ts";
import { listJournalParts } from "./journal-parts.ts";
import { type StreamFrame, takeFrame } from "./take-frame.ts";

/** A picture is on its way for so long, and its packets are written 50 ms after they came: ms after the moment. */
const USUALLY_WRITTEN_MS = 250;
/** A network that stands still: after so long, the picture before it has to do. */
const LOOK_FOR_MS = 2_000;
const LOOK_EVERY_MS = 100;

/**
 * Makes what the participant's camera sent at a moment the provisional frame of a snapshot: what the inspector sees
 * until the original comes, and the evidence where it never does. Nothing where the original is there already, and
 * nothing but a line in the log where the stream has no picture. Runs twice as once.
 */
export async function cutFrame(
  context: ClipContext & { log: Logger },
  { session_id, participant_id, request_id, at_ms }: JobPayload<"cut-frame">,
  signal: AbortSignal,
): Promise<void> {
  const { database, storage, log } = context;
  if ((await listItemsOfRequest(database, request_id)).length > 0) return;
  await delay(Math.min(USUALLY_WRITTEN_MS, Math.max(0, at_ms + USUALLY_WRITTEN_MS - Date.now())), undefined, {
    signal,
  });
  const path = await storage.temporaryPath();
  try {
    const frame = await waitForFrame(context, { session_id, participant_id, at_ms }, path, signal);
    if (!frame) {
      log.warn({ session_id, request_id }, "the stream has no picture of the moment of a snapshot");
      return;
    }
    await addEvidence(context, {
      session_id,
      participant_id,
      capture_id: randomUUID(),
      kind: "snapshot",
      file: await storage.adopt(path),
      media_type: "image/jpeg",
      width: frame.width,
      height: frame.height,
      duration_ms: null,
      title: null,
      filename: null,
      source: "stream",
      captured_at: new Date(frame.capturedAt),
      device: null,
      location: null,
      location_status: null,
      derived_from_id: null,
      whiteboard_id: null,
      problem: null,
      request_id,
      provisional: true,
    });
  } finally {
    await storage.discard(path);
  }
}

/** Null where the stream has no picture of the moment, also after some waiting. */
async function waitForFrame(
  { database, storage, journals }: Pick<ClipContext, "database" | "storage" | "journals">,
  wanted: { session_id: string; participant_id: string; at_ms: number },
  outputPath: string,
  signal: AbortSignal,
): Promise<StreamFrame | null> {
  const recording = await findSessionRecording(database, wanted.session_id);
  if (!recording) return null;
  for (const until = Date.now() + LOOK_FOR_MS; ; await delay(LOOK_EVERY_MS, undefined, { signal })) {
    const frame = await takeFrame({
      // The moment is a second ago: it is in the newest part, or where that has just begun, in the one before.
      partDirectories: (await listJournalParts(journals, recording.id)).slice(-2),
      keys: storage.keys,
      participantId: wanted.participant_id,
      atMs: wanted.at_ms,
      isLastTry: Date.now() >= until,
      outputPath,
      signal,
    });
    if (frame || Date.now() >= until) return frame;
  }
}
