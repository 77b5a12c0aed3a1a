import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { maskRecipient } from "@nexbasira/core/contract/mask-recipient.ts";
import {
  type CodeState,
  MAX_CODE_ATTEMPTS,
  ProviderChoice,
  ProviderCredential,
  type ProviderSigning,
  type Signing,
} from "@nexbasira/core/contract/signing.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { findEvidenceFile } from "@nexbasira/core/database/evidence-files.ts";
import { findIdentityConfirmation } from "@nexbasira/core/database/identity-confirmations.ts";
import { findProviderSignature } from "@nexbasira/core/database/provider-signatures.ts";
import { findNewestCode } from "@nexbasira/core/database/signature-codes.ts";
import { findSignatureRequest } from "@nexbasira/core/database/signature-requests.ts";
import { codeRecipientOf } from "@nexbasira/core/resources/code-recipient.ts";
import { loadSigners } from "@nexbasira/core/resources/load-signers.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import { toSignerIdentity } from "@nexbasira/core/resources/signer-resource.ts";
import { z } from "zod";
import type { OpenedLink } from "../sessions/describe-link.ts";
import { waitForCode } from "./wait-for-code.ts";

const Choices = z.array(ProviderChoice);

/** A code that was confirmed for the drawing opens it for so long. */
const CONFIRMED_FOR_MS = 30 * 60_000;

/** What there is to sign by this link, and how far it is. A link that was taken back tells and signs nothing. */
export async function describeSigning(database: Database, opened: OpenedLink): Promise<Signing> {
  const { session } = opened;
  const nothing: Signing = {
    state: "none",
    level: session.signature_level,
    reference: session.reference,
    code: null,
    provider: null,
    name: null,
    document: null,
    identity: null,
    expires_at: null,
    failed: false,
  };
  if (opened.revoked || session.signature_level === "none") return nothing;
  if (opened.state === "open") {
    return { ...nothing, state: "drawing", code: await describeCode(database, session, "drawing", null) };
  }
  if (opened.state !== "completed") return nothing;
  // The file first: the request comes in the transaction that moves the file on, so that whoever reads the other way round
  // could find neither, and would be told that nothing will ever be to sign.
  const comes = await willBeAsked(database, session);
  const request = await findSignatureRequest(database, session.id);
  if (!request) return { ...nothing, state: comes ? "preparing" : "none" };
  const { identity } = await loadSigners(database, session.id);
  const isLate = request.state === "waiting" && request.expires_at.getTime() <= Date.now();
  const state = isLate ? "expired" : request.state;
  const shown = state === "waiting" || state === "confirmed" || state === "signed";
  return {
    ...nothing,
    state,
    code:
      state === "waiting" && request.provider === null
        ? await describeCode(database, session, "document", request.document_sha256)
        : null,
    provider:
      state === "waiting" && request.provider !== null
        ? await describeProvider(database, session.id, request.provider)
        : null,
    name: request.name,
    document: shown
      ? {
          sha256: request.document_sha256,
          size: request.document_size,
          url: `/join/${encodeURIComponent(opened.token)}/signing/document`,
        }
      : null,
    identity: identity && toSignerIdentity(identity),
    expires_at: toTimestamp(request.expires_at),
    failed: request.problem !== null,
  };
}

async function describeProvider(database: Database, sessionId: string, name: string): Promise<ProviderSigning> {
  const row = await findProviderSignature(database, sessionId);
  const step = row === undefined || row.step === "authorized" ? "begun" : row.step;
  return {
    name,
    step,
    problem: row?.problem ?? null,
    choices: step === "choosing" || step === "begun" ? Choices.parse(row?.choices ?? []) : [],
    credential: step === "prepared" ? ProviderCredential.parse(row?.credential) : null,
    code_sent: row?.code_sent_at != null,
  };
}

/** Whether the report that is being put together will ask for its participant's signature. */
async function willBeAsked(database: Database, session: SessionRow): Promise<boolean> {
  if (session.signature_level !== "aes" && session.signature_level !== "qes") return false;
  const file = await findEvidenceFile(database, session.id);
  if (file?.status !== "recordings" && file?.status !== "report") return false;
  return session.signature_level === "qes" || (await findIdentityConfirmation(database, session.id)) !== undefined;
}

async function describeCode(
  database: Database,
  session: SessionRow,
  purpose: "drawing" | "document",
  documentSha256: string | null,
): Promise<CodeState | null> {
  const to = codeRecipientOf(session);
  if (!to) return null;
  const newest = await findNewestCode(database, session.id, purpose);
  const code = newest?.document_sha256 === documentSha256 ? newest : undefined;
  const base = {
    channel: to.channel,
    sent_to: maskRecipient(to.channel, to.recipient),
    attempts_left: Math.max(0, MAX_CODE_ATTEMPTS - (code?.attempts ?? 0)),
    resend_in_s: Math.ceil((await waitForCode(database, session.id, purpose)) / 1000),
  };
  return { ...base, status: code ? statusOf(code) : "none" };
}

type CodeRow = NonNullable<Awaited<ReturnType<typeof findNewestCode>>>;

function statusOf(code: CodeRow): CodeState["status"] {
  if (code.confirmed_at) return isFresh(code.confirmed_at) ? "confirmed" : "expired";
  if (code.attempts >= MAX_CODE_ATTEMPTS) return "too_many";
  if (code.expires_at.getTime() <= Date.now()) return "expired";
  if (code.problem) return "failed";
  return code.sent_at ? "sent" : "sending";
}

/** Whether a confirmation still opens what it was asked for. */
export function isFresh(confirmedAt: Date): boolean {
  return Date.now() - confirmedAt.getTime() < CONFIRMED_FOR_MS;
}
