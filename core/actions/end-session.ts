import type { Actor } from "../audit/append-audit-entry.ts";
import { appendAuditEntry } from "../audit/append-audit-entry.ts";
import { AppError } from "../contract/errors.ts";
import type { Transaction } from "../database/database.ts";
import { insertEvidenceFile } from "../database/evidence-files.ts";
import { notifySession } from "../database/notify.ts";
import { closeRecording } from "../database/recordings.ts";
import { closeSession, findSession } from "../database/sessions.ts";
import { recordEvent } from "../events/record-event.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { loadSession } from "../resources/load-session.ts";
import type { SessionRow } from "../resources/session-resource.ts";
import type { Links } from "../secrets/links.ts";
import { countCall } from "./count-usage.ts";

/**
 * How long a report without a recording waits for the rest: the phone sends what it holds. The report looks for itself
 * whether all is there; so does the finaliser, which therefore begins at once.
 */
const SETTLE_S = 1;

/**
 * Ends an active session (`session.completed`, and the work that follows) or cancels a pending one; time makes a
 * pending one expired. A session that is over already is returned as it is, so a second call answers the same.
 */
export async function endSession(
  context: { jobs: JobQueue; links: Links },
  transaction: Transaction,
  request: { session_id: string; by: "console" | "api" | "time"; actor: Actor },
): Promise<SessionRow> {
  const completed = await closeSession(transaction, request.session_id, {
    from: "active",
    to: "completed",
    ended_by: request.by,
  });
  if (completed) {
    await startPostProcessing(context, transaction, completed);
    const session = await loadSession(transaction, context.links, completed);
    await recordEvent(transaction, {
      org_id: completed.org_id,
      session_id: completed.id,
      type: "session.completed",
      data: session,
      actor: request.actor,
      object: { type: "session", id: completed.id },
    });
    await countCall(transaction, completed);
    return completed;
  }
  const status = request.by === "time" ? "expired" : "cancelled";
  const closed = await closeSession(transaction, request.session_id, {
    from: "pending",
    to: status,
    ended_by: request.by,
  });
  if (!closed) {
    const session = await findSession(transaction, request.session_id);
    if (!session) throw new AppError("not_found", "There is no such session.");
    return session;
  }
  await notifySession(transaction, {
    org_id: closed.org_id,
    session_id: closed.id,
    type: `session.${status}`,
    object_id: null,
  });
  await appendAuditEntry(transaction, closed.org_id, {
    actor: request.actor,
    action: `session.${status}`,
    session_id: closed.id,
    object: { type: "session", id: closed.id },
    object_hash: null,
  });
  return closed;
}

async function startPostProcessing(
  { jobs }: { jobs: JobQueue },
  transaction: Transaction,
  session: SessionRow,
): Promise<void> {
  const recording = await closeRecording(transaction, session.id);
  await insertEvidenceFile(transaction, {
    session_id: session.id,
    org_id: session.org_id,
    status: recording ? "recordings" : "report",
  });
  if (recording) await jobs.enqueue(transaction, "finalize-recording", { recording_id: recording.id });
  else await jobs.enqueue(transaction, "assemble-report", { session_id: session.id }, { delay_s: SETTLE_S });
}
