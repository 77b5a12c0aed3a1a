import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { makeCheckpoint } from "@nexbasira/core/audit/make-checkpoint.ts";
import type { JobName, JobPayload } from "@nexbasira/core/contract/jobs.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { failEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { anchorCheckpoint } from "./anchoring/anchor-checkpoint.ts";
import { checkpointLogs, upgradeReceipts } from "./anchoring/checkpoint-logs.ts";
import { listAuthorities } from "./anchoring/context.ts";
import { verifyAuditLogs } from "./anchoring/verify-audit-logs.ts";
import type { WorkerContext } from "./context.ts";
import { announceDisabled } from "./deliveries/announce-disabled.ts";
import { forgetDeliveries } from "./deliveries/forget-deliveries.ts";
import { deriveItem } from "./images/derive-item.ts";
import { failInvitation, sendInvitation } from "./invitations/send-invitation.ts";
import { failCode, sendCode } from "./messages/send-code.ts";
import { abandonClip, cutClip } from "./recordings/cut-clip.ts";
import { cutFrame } from "./recordings/cut-frame.ts";
import { abandonRecording, finalizeRecording } from "./recordings/finalize-recording.ts";
import { assembleReport } from "./report/assemble-report.ts";
import { deleteFiles } from "./retention/delete-files.ts";
import { keepRetention } from "./retention/keep-retention.ts";
import { expireSessions } from "./sessions/expire-sessions.ts";
import { expireSignatureRequests } from "./sessions/expire-signature-requests.ts";
import { goBack, prepareForProvider, signByProvider } from "./signatures/provider-signature.ts";
import { failParticipantSignature, signAsParticipant } from "./signatures/sign-as-participant.ts";
import { signEvidence } from "./signing/sign-evidence.ts";
import { upgradeSignature } from "./signing/upgrade-signature.ts";
import { upgradeSignatures } from "./signing/upgrade-signatures.ts";

export interface Task<Name extends JobName> {
  /** Runs at once in one process. */
  concurrency: number;
  run: (
    context: WorkerContext,
    payload: JobPayload<Name>,
    run: { signal: AbortSignal; attempt: number },
  ) => Promise<void>;
  /** What is left to say when no further try is made: the state that people see. May run twice. */
  giveUp?: (context: WorkerContext, payload: JobPayload<Name>, problem: string) => Promise<void>;
}

/** Longer than any job may take: nobody writes to such a file any more. */
const TEMPORARY_AGE_MS = 4 * 3600 * 1000;

/** Every job's one handler; the type makes a job without one, or one without a job, an error. */
export const TASKS: { [Name in JobName]: Task<Name> } = {
  "send-invitation": {
    concurrency: 4,
    run: (context, { invitation_id }) => sendInvitation(context, invitation_id),
    giveUp: ({ database }, { invitation_id }, problem) => failInvitation(database, invitation_id, problem),
  },
  "send-code": {
    // Somebody waits for it.
    concurrency: 4,
    run: (context, { code_id }) => sendCode(context, code_id),
    giveUp: ({ database }, { code_id }, problem) => failCode(database, code_id, problem),
  },
  "make-derivatives": { concurrency: 2, run: (context, { item_id }) => deriveItem(context, item_id) },
  "cut-clip": {
    concurrency: 1,
    run: (context, { clip_id }, { signal }) => cutClip(context, clip_id, signal),
    giveUp: (context, { clip_id }) => abandonClip(context, clip_id),
  },
  "cut-frame": {
    // Somebody waits for it, and the first of its seconds is waiting.
    concurrency: 2,
    run: (context, payload, { signal }) => cutFrame(context, payload, signal),
  },
  "finalize-recording": {
    concurrency: 1,
    run: (context, { recording_id }, { signal }) => finalizeRecording(context, recording_id, signal),
    giveUp: (context, { recording_id }) => abandonRecording(context, recording_id),
  },
  "assemble-report": {
    concurrency: 1,
    run: (context, { session_id }) => assembleReport(context, session_id),
    giveUp: failEvidence,
  },
  "sign-evidence": {
    concurrency: 1,
    run: (context, { session_id }, { attempt }) => signEvidence(context, session_id, attempt),
    giveUp: failEvidence,
  },
  "upgrade-signature": { concurrency: 1, run: upgradeSignature },
  "upgrade-signatures": {
    concurrency: 1,
    run: async (context) => {
      const found = await upgradeSignatures(context);
      if (found > 0) context.log.info({ found }, "files below B-LTA, or whose time stamps end soon");
    },
  },
  "sign-as-participant": {
    concurrency: 2,
    run: (context, { session_id }) => signAsParticipant(context, session_id),
    giveUp: ({ database }, { session_id }, problem) => failParticipantSignature(database, session_id, problem),
  },
  "prepare-provider-signature": {
    concurrency: 2,
    run: (context, { session_id }) => prepareForProvider(context, session_id),
    giveUp: ({ database }, { session_id }) => goBack(database, session_id, "preparing", "begun", "down"),
  },
  "make-provider-signature": {
    concurrency: 2,
    run: (context, { session_id }) => signByProvider(context, session_id),
    giveUp: ({ database }, { session_id }) => goBack(database, session_id, "authorized", "prepared", "down"),
  },
  "expire-signature-requests": {
    concurrency: 1,
    run: async (context) => {
      const ended = await expireSignatureRequests(context);
      if (ended > 0) context.log.info({ ended }, "reports that were not signed in time");
    },
  },
  "make-checkpoint": {
    concurrency: 1,
    run: async (context, { org_id, of }) => {
      await makeCheckpoint({ ...context, authorities: listAuthorities(context) }, org_id, of);
    },
  },
  "anchor-checkpoint": { concurrency: 4, run: (context, { anchor_id }) => anchorCheckpoint(context, anchor_id) },
  "checkpoint-logs": { concurrency: 1, run: checkpointLogs },
  "upgrade-receipts": { concurrency: 1, run: upgradeReceipts },
  "verify-audit-logs": { concurrency: 1, run: verifyAuditLogs },
  "announce-disabled-endpoint": { concurrency: 1, run: announceDisabled },
  "expire-sessions": {
    concurrency: 1,
    run: async (context) => {
      const ended = await expireSessions(context);
      if (ended > 0) context.log.info({ ended }, "sessions whose time was over");
    },
  },
  "forget-deliveries": {
    concurrency: 1,
    run: async (context) => {
      const forgotten = await forgetDeliveries(context);
      if (forgotten > 0) context.log.info({ forgotten }, "deliveries whose time in the log was over");
    },
  },
  "keep-retention": {
    concurrency: 1,
    run: async (context, _payload, { signal }) => {
      const done = await keepRetention(context, signal);
      if (done.deleted + done.erased > 0) context.log.info(done, "sessions whose time was over");
    },
  },
  "delete-files": {
    concurrency: 1,
    run: async (context, _payload, { signal }) => {
      const done = await deleteFiles(context, signal);
      if (done.removed > 0) context.log.info(done, "files that deletions had let go of");
    },
  },
  "sweep-temporary": { concurrency: 1, run: ({ storage }) => storage.sweepTemporary(TEMPORARY_AGE_MS) },
};

async function failEvidence(
  { database }: WorkerContext,
  { session_id }: { session_id: string },
  problem: string,
): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const failed = await failEvidenceFile(transaction, session_id, problem);
    if (!failed) return;
    await notifySession(transaction, { org_id: failed.org_id, session_id, type: "progress", object_id: null });
    await appendAuditEntry(transaction, failed.org_id, {
      actor: { type: "system", id: "workers" },
      action: "evidence_file.failed",
      session_id,
      object: { type: "evidence_file", id: session_id },
      object_hash: null,
      details: { problem },
    });
  });
}
