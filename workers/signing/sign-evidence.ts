import type { SigningKey } from "@nexbasira/core/authority/signing-key.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { advanceEvidenceFile, findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { noteFileToCome } from "@nexbasira/core/database/retention.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { addStoredBytes } from "@nexbasira/core/database/usage-counters.ts";
import { recordEvent } from "@nexbasira/core/events/record-event.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import { loadEvidenceFile } from "@nexbasira/core/resources/load-evidence-file.ts";
import type { Links } from "@nexbasira/core/secrets/links.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { augmentPdf } from "./augment-pdf.ts";
import type { GuardedWay } from "./fetch-limited.ts";
import { storePdf, withStoredPdf } from "./pdf-source.ts";
import { signPdf } from "./sign-pdf.ts";
import { NoTimeStamp, type TimeStampSources } from "./time-stamp-client.ts";
import { enqueueUpgrade } from "./upgrade-signature.ts";

export interface SigningContext {
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  links: Links;
  /** The organization's evidence-signing key and the authorities that stamp its signatures. */
  key: SigningKey;
  timeStamps: TimeStampSources;
  certificateWay: GuardedWay;
  /** Whether both are the development authority's. */
  development: boolean;
}

/** With the queue's delays half a minute: an authority that was restarted is back, and the others have been asked. */
const TRIES_FOR_TIME_STAMP = 5;

/**
 * Signs a session's assembled report, brings it to B-LTA, and announces it by `signature.completed`. Where a responder
 * or an authority is down it is delivered at the level that it reached, and the rest is queued; that it comes without
 * any time stamp, at B-B, is put off for {@link TRIES_FOR_TIME_STAMP} tries. Runs twice with one result: a second
 * signature of a run that was killed is thrown away unseen.
 *
 * @param attempt counted from 1
 * @throws NoTimeStamp where none is to be had and it may yet come
 */
export async function signEvidence(context: SigningContext, sessionId: string, attempt: number): Promise<void> {
  const { database, jobs, links } = context;
  const file = await findEvidenceFile(database, sessionId);
  if (file?.status !== "signing") return;
  const session = await findSession(database, sessionId);
  if (!session || !file.report_key) throw new Permanent("there is no report to sign");
  const { pdf, signed, level } = await sign(context, session.id, file.report_key, attempt);
  await inTransaction(database, async (transaction) => {
    const ready = await advanceEvidenceFile(transaction, sessionId, "signing", {
      status: "ready",
      progress: 1,
      pdf_key: pdf.key,
      pdf_sha256: pdf.sha256,
      pdf_size: pdf.size,
      signature_id: newId("signature"),
      baseline: level.baseline,
      signed_at: signed.signedAt,
      timestamp_authority: level.timeStampAuthority,
      timestamp_expires_at: level.timeStampExpiresAt,
      development: context.development,
    });
    if (!ready) return;
    if (level.baseline !== "B-LTA") await enqueueUpgrade(jobs, transaction, session.id, 1);
    await recordEvent(transaction, {
      org_id: session.org_id,
      session_id: session.id,
      type: "signature.completed",
      data: await loadEvidenceFile(transaction, links, session),
      actor: { type: "system", id: "signing" },
      object: { type: "evidence_file", id: session.id },
      object_hash: pdf.sha256,
    });
    await addStoredBytes(transaction, session.id, pdf.size);
    await jobs.enqueue(transaction, "make-checkpoint", {
      org_id: session.org_id,
      of: { session_id: session.id, reason: "signature" },
    });
  });
}

function sign(context: SigningContext, sessionId: string, reportKey: string, attempt: number) {
  const { database, storage, key, timeStamps } = context;
  return withStoredPdf(storage, reportKey, async (report) => {
    const field = { name: "NexBasira", reason: `Evidence of session ${sessionId}`, location: null, contactInfo: null };
    const options = { pdf: report, key, field, signedAt: new Date() };
    const signed = await signPdf({ ...options, timeStamps }).catch((error: unknown) => {
      if (!(error instanceof NoTimeStamp) || attempt < TRIES_FOR_TIME_STAMP) throw error;
      return signPdf({ ...options, timeStamps: [] });
    });
    const level = await augmentPdf(signed.pdf, context);
    return { signed, level, pdf: await storePdf(storage, level.pdf, (key) => noteFileToCome(database, key)) };
  });
}
