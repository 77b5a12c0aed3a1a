import { toTimestamp } from "../contract/common.ts";
import type { EvidenceSigner, SignerIdentity, SignerRequest } from "../contract/signing.ts";
import type { ConfirmedCode, ConfirmedIdentity, DocumentSignature, Signers } from "./load-signers.ts";

/** Whose signatures an evidence file holds, as the API shows it: those that were made, and nothing that was only asked for. */
export function toEvidenceSigners({ drawn, identity, document }: Signers): EvidenceSigner[] {
  const signers: EvidenceSigner[] = [];
  if (drawn) {
    signers.push({
      participant_id: drawn.participant_id,
      name: drawn.name,
      level: "ses",
      signed_at: toTimestamp(drawn.signed_at),
      code: toCode(drawn.code),
      identity: identity && toSignerIdentity(identity),
      certificate_subject: null,
      provider: null,
    });
  }
  if (document?.state === "signed" && document.signed_at) {
    signers.push({
      participant_id: document.participant_id,
      name: document.name,
      level: document.level,
      signed_at: toTimestamp(document.signed_at),
      code: toCode(document.code),
      identity: identity && toSignerIdentity(identity),
      certificate_subject: document.certificate_subject,
      provider: document.provider,
    });
  }
  return signers;
}

/** Where the signature of the finished document stands, as the API shows it. */
export function toSignerRequest(document: DocumentSignature): SignerRequest {
  return {
    participant_id: document.participant_id,
    name: document.name,
    level: document.level,
    state: document.state,
    asked_at: toTimestamp(document.asked_at),
    expires_at: toTimestamp(document.expires_at),
  };
}

/** Who vouched for a signer, without what was noted of their document. */
export function toSignerIdentity(identity: ConfirmedIdentity): SignerIdentity {
  return { confirmed_by: identity.confirmed_by, method: identity.proof.method, at: toTimestamp(identity.at) };
}

function toCode(code: ConfirmedCode | null): EvidenceSigner["code"] {
  return code && { channel: code.channel, sent_to: code.sent_to, confirmed_at: toTimestamp(code.confirmed_at) };
}
