import { maskRecipient } from "../contract/mask-recipient.ts";
import type { SignatureLevel } from "../contract/session.ts";
import type { IdentityProof, SignatureRequestState } from "../contract/signing.ts";
import type { Database } from "../database/database.ts";
import { findIdentityConfirmation } from "../database/identity-confirmations.ts";
import { findParticipantSignature } from "../database/participant-signatures.ts";
import { findSession } from "../database/sessions.ts";
import { findSignatureCode } from "../database/signature-codes.ts";
import { findSignatureRequest } from "../database/signature-requests.ts";

/** A one-time code that was confirmed. `sent_to` is masked. */
export interface ConfirmedCode {
  channel: "sms" | "email";
  sent_to: string;
  confirmed_at: Date;
}

/** Who vouched for a signer, and how. */
export interface ConfirmedIdentity {
  id: string;
  /** The member, as they were called then. */
  confirmed_by: string;
  /** The signer's name, as on the document. */
  name: string;
  proof: IdentityProof;
  at: Date;
}

/** The signature drawn in the call. */
interface DrawnSignature {
  id: string;
  participant_id: string;
  name: string;
  signed_at: Date;
  /** Null where retention has deleted the drawing. */
  storage_key: string | null;
  sha256: string;
  /** Null where there was neither number nor address to send one to. */
  code: ConfirmedCode | null;
}

/** The signature of the finished document. */
export interface DocumentSignature {
  participant_id: string;
  level: "aes" | "qes";
  state: SignatureRequestState;
  name: string;
  asked_at: Date;
  expires_at: Date;
  /** When it was refused, ran out or was given up. */
  closed_at: Date | null;
  /** Of the document that was shown: what the code and the signature stand for. */
  document_sha256: string;
  code: ConfirmedCode | null;
  /** All null until it is signed. */
  signed_at: Date | null;
  certificate_subject: string | null;
  provider: string | null;
}

export interface Signers {
  /** What the session asked for. */
  asked: SignatureLevel;
  /** What was truly reached so far. */
  reached: SignatureLevel;
  drawn: DrawnSignature | null;
  /** The newest; null where nobody vouched for the participant. */
  identity: ConfirmedIdentity | null;
  /** Null until the report is assembled for the first time, and for good where it cannot be asked for. */
  document: DocumentSignature | null;
}

/**
 * How a session is signed by its participant, as it is now: for the report and for the evidence file's resource. The
 * organization's seal is not in it.
 */
export async function loadSigners(database: Database, sessionId: string): Promise<Signers> {
  const [session, drawn, identity, request] = await Promise.all([
    findSession(database, sessionId),
    findParticipantSignature(database, sessionId),
    findIdentityConfirmation(database, sessionId),
    findSignatureRequest(database, sessionId),
  ]);
  const [drawnCode, documentCode] = await Promise.all([
    loadCode(database, drawn?.code_id),
    loadCode(database, request?.code_id),
  ]);
  return {
    asked: session?.signature_level ?? "none",
    reached: request?.state === "signed" ? request.level : drawn ? "ses" : "none",
    drawn: drawn
      ? {
          id: drawn.id,
          participant_id: drawn.participant_id,
          name: drawn.name,
          signed_at: drawn.created_at,
          storage_key: drawn.storage_key,
          sha256: drawn.sha256,
          code: drawnCode,
        }
      : null,
    identity: identity
      ? {
          id: identity.id,
          confirmed_by: identity.confirmed_by_name,
          name: identity.name,
          proof: proofOf(identity),
          at: identity.confirmed_at,
        }
      : null,
    document: request
      ? {
          participant_id: request.participant_id,
          level: request.level,
          state: request.state,
          name: request.name,
          asked_at: request.created_at,
          expires_at: request.expires_at,
          closed_at: request.closed_at,
          document_sha256: request.document_sha256,
          code: documentCode,
          signed_at: request.signed_at,
          certificate_subject: request.certificate_subject,
          provider: request.provider,
        }
      : null,
  };
}

type IdentityRow = NonNullable<Awaited<ReturnType<typeof findIdentityConfirmation>>>;

function proofOf({ method, document_type, issuing_country, document_ending, note }: IdentityRow): IdentityProof {
  if (method === "known") return { method };
  if (method === "other") return { method, note: note ?? "" };
  if (document_type === null || issuing_country === null) throw new Error("an identity document without a type");
  return { method, document_type, issuing_country, ...(document_ending !== null && { document_ending }) };
}

async function loadCode(database: Database, id: string | null | undefined): Promise<ConfirmedCode | null> {
  const code = id ? await findSignatureCode(database, id) : undefined;
  if (!code?.confirmed_at) return null;
  const { channel, recipient, confirmed_at } = code;
  return { channel, sent_to: maskRecipient(channel, recipient), confirmed_at };
}
