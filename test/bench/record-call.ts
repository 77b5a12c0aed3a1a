import { join } from "node:path";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { JoinAnswer } from "@nexbasira/core/contract/join.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { openRecordingPart } from "@nexbasira/core/database/recordings.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import type { Installation } from "../helpers/installation.ts";
import { type EncodedUnit, encode, type SentStream, writePart } from "../helpers/synthetic-journal.ts";

/** Encoded once and sent again and again: each round begins with a key frame, as after a request for one. */
const ROUND_MS = 10_000;
const PICTURE = `testsrc2=size=1280x720:rate=30:duration=${ROUND_MS / 1000},noise=alls=6:allf=t`;
const SOUND = `aevalsrc='0.3*sin(2*PI*220*t)*(0.6+0.4*sin(2*PI*3*t))':s=48000:d=${ROUND_MS / 1000}`;

/**
 * Leaves a session with a recording as the media process leaves it, without its wall-clock time: the journal is written
 * by the product's own writer from RTP packets of 720p VP8 (1.5 Mbit/s) and Opus, with sender reports, by a clock that
 * goes as fast as the disk takes it, and is registered by the queries that the media process uses. Everything after that
 * is the product's.
 */
export async function recordCall(
  installation: Installation,
  { session_id, participant_id }: Pick<JoinAnswer, "session_id" | "participant_id">,
  duration_ms: number,
): Promise<void> {
  const { database } = installation.testDatabase;
  const startedAt = Date.now() - duration_ms;
  const recording = await inTransaction(database, async (transaction) => {
    const session = await findSession(transaction, session_id);
    const opened =
      session &&
      (await openRecordingPart(transaction, {
        id: newId("recording"),
        org_id: session.org_id,
        session_id,
        started_at: new Date(startedAt),
      }));
    if (!opened) throw new Error("the session takes no recording");
    await appendAuditEntry(transaction, opened.org_id, {
      actor: { type: "system", id: "media" },
      action: "recording.started",
      session_id,
      object: { type: "recording", id: opened.id },
      object_hash: null,
      details: { part: opened.parts },
    });
    return opened;
  });
  const common = { participantId: participant_id, clockMs: startedAt } satisfies Partial<SentStream>;
  await writePart({
    directory: join(installation.dataDir, "journals", recording.id, String(recording.parts)),
    startedAt,
    closeMs: duration_ms,
    streams: [
      { ...common, mimeType: "video/VP8", units: repeated(await encode("vp8", PICTURE, ["-g", "9999"]), duration_ms) },
      { ...common, mimeType: "audio/opus", units: repeated(await encode("opus", SOUND), duration_ms) },
    ],
  });
}

function repeated(units: readonly EncodedUnit[], duration_ms: number): EncodedUnit[] {
  const round = units.filter(({ ms }) => ms < ROUND_MS);
  const rounds = Array.from({ length: Math.ceil(duration_ms / ROUND_MS) }, (_, i) => i * ROUND_MS);
  return rounds
    .flatMap((from) => round.map(({ ms, data }) => ({ ms: from + ms, data })))
    .filter(({ ms }) => ms < duration_ms);
}
