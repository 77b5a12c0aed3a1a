import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { distinguishedName } from "@nexbasira/core/authority/certificate.ts";
import {
  issueSignerKey,
  SIGNER_CERTIFICATE_MS,
  type SignerAuthority,
} from "@nexbasira/core/authority/issue-signer-key.ts";
import { Permanent } from "@nexbasira/core/contract/errors.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { notifySession } from "@nexbasira/core/database/notify.ts";
import { noteFileToCome } from "@nexbasira/core/database/retention.ts";
import { findSession } from "@nexbasira/core/database/sessions.ts";
import { advanceSignatureRequest, findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import type { JobQueue } from "@nexbasira/core/jobs/job-queue.ts";
import type { Storage } from "@nexbasira/core/storage/storage.ts";
import { storePdf, withStoredPdf } from "../signing/pdf-source.ts";
import { signPdf } from "../signing/sign-pdf.ts";
import type { TimeStampSources } from "../signing/time-stamp-client.ts";
import { finishSignature } from "./finish-signature.ts";

export interface ParticipantSigningContext {
  database: Database;
  jobs: JobQueue;
  storage: Storage;
  timeStamps: TimeStampSources;
  /** Issues the short-lived certificates; null where there is none. */
  signerAuthority: SignerAuthority | null;
}

/**
 * Makes the signature that a participant has allowed by a code, by a key that lives for this one signature, and hands
 * the document on to the organization's seal. Runs twice with one result: the second signature of a run that was killed
 * is thrown away unseen, and its key with it.
 */
export async function signAsParticipant(context: ParticipantSigningContext, sessionId: string): Promise<void> {
  const { database, storage, timeStamps } = context;
  const request = await findSignatureRequest(database, sessionId);
  if (request?.state !== "confirmed") return;
  const session = await findSession(database, sessionId);
  if (!session) throw new Permanent("the session is gone");
  if (!context.signerAuthority) throw new Permanent("there is no authority that issues certificates to signers");
  const { name, participant_id } = request;
  const key = await issueSignerKey(context.signerAuthority, {
    name,
    given: { session: sessionId, participant: participant_id },
    validFor: SIGNER_CERTIFICATE_MS,
  });
  const { signed, pdf } = await withStoredPdf(storage, request.document_key, async (document) => {
    const field = { name, reason: `Signature of session ${session.id}`, location: null, contactInfo: null };
    const result = await signPdf({ pdf: document, key, timeStamps, field, signedAt: new Date() });
    return { signed: result, pdf: await storePdf(storage, result.pdf, (key) => noteFileToCome(database, key)) };
  }).finally(() => key.destroy());
  const certificate_subject = distinguishedName(key.certificate.subject);
  await finishSignature(context, session, { pdf, signedAt: signed.signedAt, certificate_subject });
}

/** It could not be signed for good, or not for long: the document waits again, and the participant's page says why. */
export async function failParticipantSignature(database: Database, sessionId: string, problem: string): Promise<void> {
  await inTransaction(database, async (transaction) => {
    const change = { state: "waiting", code_id: null, problem } as const;
    const request = await advanceSignatureRequest(transaction, sessionId, "confirmed", change);
    const session = request && (await findSession(transaction, sessionId));
    if (!session) return;
    await notifySession(transaction, noticeOf(session));
    await appendAuditEntry(transaction, session.org_id, {
      actor: { type: "system", id: "workers" },
      action: "signature.failed",
      session_id: sessionId,
      object: { type: "evidence_file", id: sessionId },
      object_hash: request.document_sha256,
      details: { problem },
    });
  });
}

function noticeOf(session: { id: string; org_id: number }) {
  return { org_id: session.org_id, session_id: session.id, type: "progress", object_id: null };
}
