import type { ColumnType, Generated } from "kysely";
import type { IdentityDocumentType, ProviderProblem, SignatureRequestState } from "../../contract/signing.ts";
import type { BoardEntry } from "../../shapes/operation.ts";
import type { CreatedAt, Json } from "./columns.ts";

/* How participants sign. */

interface ParticipantSignaturesTable {
  id: string;
  session_id: string;
  participant_id: string;
  name: string;
  entries: Json<BoardEntry[]>;
  /** Null once the contents are deleted. */
  storage_key: string | null;
  sha256: string;
  /** The code that was confirmed; null where none could be sent. */
  code_id: string | null;
  created_at: CreatedAt;
}

interface SignatureCodesTable {
  id: string;
  session_id: string;
  participant_id: string;
  purpose: "drawing" | "document";
  /** The document that the code stands for. */
  document_sha256: string | null;
  channel: "sms" | "email";
  recipient: string;
  /** Wrong ones. */
  attempts: Generated<number>;
  created_at: CreatedAt;
  expires_at: Date;
  sent_at: Date | null;
  problem: string | null;
  confirmed_at: Date | null;
}

interface IdentityConfirmationsTable {
  id: string;
  session_id: string;
  participant_id: string;
  confirmed_by: number;
  confirmed_by_name: string;
  method: "document" | "known" | "other";
  document_type: IdentityDocumentType | null;
  issuing_country: string | null;
  document_ending: string | null;
  note: string | null;
  name: string;
  confirmed_at: CreatedAt;
}

interface SignatureRequestsTable {
  session_id: string;
  participant_id: string;
  level: "aes" | "qes";
  state: SignatureRequestState;
  name: string;
  document_key: string;
  document_sha256: string;
  document_size: number;
  identity_id: string | null;
  created_at: CreatedAt;
  expires_at: Date;
  closed_at: Date | null;
  code_id: string | null;
  problem: string | null;
  signed_sha256: string | null;
  signed_at: Date | null;
  certificate_subject: string | null;
  provider: string | null;
}

interface ProviderSignaturesTable {
  session_id: string;
  step: "begun" | "choosing" | "preparing" | "prepared" | "authorized";
  problem: ProviderProblem | null;
  choices: ColumnType<object | null, string | null, string | null>;
  credential_id: string | null;
  credential: ColumnType<object | null, string | null, string | null>;
  code_sent_at: Date | null;
  oauth_state: string | null;
  secrets: string | null;
  prepared: ColumnType<object | null, string | null, string | null>;
  value: string | null;
}

export interface SigningTables {
  participant_signatures: ParticipantSignaturesTable;
  signature_codes: SignatureCodesTable;
  identity_confirmations: IdentityConfirmationsTable;
  signature_requests: SignatureRequestsTable;
  provider_signatures: ProviderSignaturesTable;
}
