import { appendAuditEntry } from "../audit/append-audit-entry.ts";
import type { Configuration } from "../configuration/configuration.ts";
import type { Transaction } from "../database/database.ts";
import { advanceEvidenceFile } from "../database/evidence-files.ts";
import { findIdentityConfirmation } from "../database/identity-confirmations.ts";
import { notifySession } from "../database/notify.ts";
import { findFieldParticipant } from "../database/participants.ts";
import { findSignatureRequest, insertSignatureRequest } from "../database/signature-requests.ts";
import type { JobQueue } from "../jobs/job-queue.ts";
import { codeRecipientOf } from "../resources/code-recipient.ts";
import type { SessionRow } from "../resources/session-resource.ts";
import { inviteToSign } from "./invite-to-sign.ts";

export interface HandOnContext {
  jobs: JobQueue;
  configuration: Pick<Configuration, "signatureExpiresIn" | "signers" | "aesAuthority" | "development">;
}

/** An assembled report, and the audit log's newest entry as it is printed there. */
export interface AssembledReport {
  key: string;
  sha256: string;
  size: number;
  audit_chain_hash: string;
}

/**
 * Hands an assembled report on: to its participant, where the session asks for their signature of the finished document
 * and that is still to be had, and otherwise to the organization's seal. Undefined where another run was faster.
 */
export async function handOnReport(
  context: HandOnContext,
  transaction: Transaction,
  session: SessionRow,
  report: AssembledReport,
): Promise<void> {
  const signer = await findSigner(context, transaction, session);
  const advanced = await advanceEvidenceFile(transaction, session.id, "report", {
    status: signer ? "awaiting_signer" : "signing",
    progress: 0,
    report_key: report.key,
    audit_chain_hash: report.audit_chain_hash,
  });
  if (!advanced) return;
  if (signer) await askSigner(context, transaction, session, signer, report);
  else await context.jobs.enqueue(transaction, "sign-evidence", { session_id: session.id });
  await notifySession(transaction, {
    org_id: session.org_id,
    session_id: session.id,
    type: "progress",
    object_id: null,
  });
}

interface Signer {
  participant_id: string;
  level: "aes" | "qes";
  name: string;
  identity_id: string | null;
  /** The host of the remote signing service that signs for them; null where they get a certificate of ours. */
  provider: string | null;
}

/**
 * Who is to sign the document: nobody where that is over already, where nobody came, and at AES where nobody vouched for
 * them, because a certificate in a name that was not checked would say more than is known.
 */
async function findSigner(
  { configuration }: HandOnContext,
  transaction: Transaction,
  session: SessionRow,
): Promise<Signer | undefined> {
  const level = session.signature_level;
  if (level !== "aes" && level !== "qes") return undefined;
  if (await findSignatureRequest(transaction, session.id)) return undefined;
  const participant = await findFieldParticipant(transaction, session.id);
  const identity = await findIdentityConfirmation(transaction, session.id);
  if (!participant || (level === "aes" && !identity)) return undefined;
  const name = identity?.name ?? participant.name;
  const { signers, aesAuthority, development } = configuration;
  const ours = level === "aes" && (aesAuthority !== null || development);
  if (!ours && !signers) return undefined;
  const provider = ours || !signers ? null : new URL(signers.url).host;
  return { participant_id: participant.id, level, name, identity_id: identity?.id ?? null, provider };
}

async function askSigner(
  context: HandOnContext,
  transaction: Transaction,
  session: SessionRow,
  signer: Signer,
  report: AssembledReport,
): Promise<void> {
  const expires_in = session.signature_expires_in ?? context.configuration.signatureExpiresIn;
  const expires_at = new Date(Date.now() + expires_in * 1000);
  await insertSignatureRequest(transaction, {
    ...signer,
    session_id: session.id,
    state: "waiting",
    document_key: report.key,
    document_sha256: report.sha256,
    document_size: report.size,
    expires_at,
  });
  const recipient = codeRecipientOf(session);
  if (recipient) await inviteToSign(context, transaction, session, recipient);
  await appendAuditEntry(transaction, session.org_id, {
    actor: { type: "system", id: "report" },
    action: "signature.awaited",
    session_id: session.id,
    object: { type: "evidence_file", id: session.id },
    object_hash: report.sha256,
    details: {
      participant_id: signer.participant_id,
      level: signer.level,
      expires_at: expires_at.toISOString(),
    },
  });
}
