import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Configuration } from "@nexbasira/core/configuration/configuration.ts";
import { type CodeOutcome, MAX_CODE_ATTEMPTS } from "@nexbasira/core/contract/signing.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { confirmCode, countAttempt, lockNewestCode } from "@nexbasira/core/database/signature-codes.ts";
import type { SessionRow } from "@nexbasira/core/resources/session-resource.ts";
import { isSignatureCode } from "@nexbasira/core/secrets/signature-code.ts";
import type { CodePurpose } from "./send-code.ts";

export interface CheckedCode {
  outcome: CodeOutcome;
  /** The code's id where it is confirmed. */
  code_id: string | null;
}

/**
 * Tries a code: the newest for its purpose, once, in its time, for the document that it was sent for. A wrong try is
 * counted, so the caller's transaction must commit whatever comes of it.
 */
export async function checkCode(
  { configuration }: { configuration: Pick<Configuration, "authSecret"> },
  transaction: Transaction,
  session: SessionRow,
  { purpose, participant_id, document_sha256 }: CodePurpose,
  given: string,
): Promise<CheckedCode> {
  const code = await lockNewestCode(transaction, session.id, purpose);
  const judge = (): CodeOutcome => {
    if (!code || code.participant_id !== participant_id) return "none";
    if (code.confirmed_at) return "used";
    if (code.attempts >= MAX_CODE_ATTEMPTS) return "too_many";
    if (code.expires_at.getTime() <= Date.now()) return "expired";
    if (code.document_sha256 !== document_sha256) return "other_document";
    return isSignatureCode(configuration.authSecret, code, given) ? "confirmed" : "wrong";
  };
  const outcome = judge();
  if (code && outcome === "wrong") await countAttempt(transaction, code.id);
  if (code && outcome === "confirmed") await confirmCode(transaction, code.id);
  await appendAuditEntry(transaction, session.org_id, {
    actor: { type: "participant", id: participant_id },
    action: outcome === "confirmed" ? "signature.code_confirmed" : "signature.code_refused",
    session_id: session.id,
    object: code ? { type: "signature_code", id: code.id } : null,
    object_hash: document_sha256,
    details: { purpose, ...(outcome === "confirmed" ? {} : { reason: outcome }) },
  });
  return { outcome, code_id: outcome === "confirmed" && code ? code.id : null };
}
