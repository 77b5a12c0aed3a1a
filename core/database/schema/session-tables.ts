import type { Generated } from "kysely";
import type { Language, Role } from "../../contract/common.ts";
import type { Mode, SessionStatus, SignatureLevel } from "../../contract/session.ts";
import type { CreatedAt, Json } from "./columns.ts";

/* Sessions, how people come into them, and what is said there. */

interface SessionsTable {
  id: string;
  org_id: number;
  mode: Mode;
  type: "field_inspection";
  status: SessionStatus;
  reference: string;
  participant_name: string;
  participant_channel: "sms" | "email" | "link";
  participant_phone: string | null;
  participant_email: string | null;
  participant_locale: Language;
  signature_level: SignatureLevel;
  recording: boolean;
  expected_address: string | null;
  expected_latitude: number | null;
  expected_longitude: number | null;
  metadata: Json<Record<string, string>>;
  created_by: number | null;
  event_sequence: Generated<number>;
  signature_requested_at: Date | null;
  created_at: CreatedAt;
  expires_at: Date;
  started_at: Date | null;
  completed_at: Date | null;
  ended_by: "console" | "api" | "time" | null;
  /** How long the finished document waits for its signature, in seconds; the installation's own time where it is null. */
  signature_expires_in: number | null;
  /** Where codes go, given by an inspector; to the participant's own number or address where it is null. */
  code_channel: "sms" | "email" | null;
  code_recipient: string | null;
  /** Whether `evidence_retention_days` is the session's own rule; otherwise the organization's applies. */
  evidence_retention_own: Generated<boolean>;
  evidence_retention_days: number | null;
  legal_hold_since: Date | null;
  legal_hold_reason: string | null;
  /** `member:1`. */
  legal_hold_by: string | null;
  /** Since when the contents are gone; rows, hashes and audit entries stay. */
  evidence_deleted_at: Date | null;
  evidence_deleted_by: "rule" | "hand" | null;
  personal_data_erased_at: Date | null;
}

interface JoinLinksTable {
  id: string;
  session_id: string;
  created_at: CreatedAt;
  revoked_at: Date | null;
}

interface InvitationsTable {
  id: string;
  session_id: string;
  join_link_id: string;
  purpose: Generated<"join" | "sign">;
  channel: "sms" | "email" | "link";
  recipient: string | null;
  status: "waiting" | "sent" | "failed";
  problem: string | null;
  created_at: CreatedAt;
  sent_at: Date | null;
}

interface OutboxMessagesTable {
  id: string;
  org_id: number;
  session_id: string | null;
  invitation_id: string | null;
  code_id: string | null;
  channel: "sms" | "email";
  recipient: string;
  subject: string | null;
  body_text: string;
  body_html: string | null;
  link: string | null;
  created_at: CreatedAt;
}

interface ParticipantsTable {
  id: string;
  session_id: string;
  role: Role;
  name: string;
  user_id: number | null;
  device_id: string;
  device: string | null;
  language: string | null;
  joined_at: CreatedAt;
  left_at: Date | null;
  left_reason: string | null;
}

interface ConsentsTable {
  session_id: string;
  participant_id: string;
  kind: "camera" | "microphone" | "location" | "recording";
  granted: boolean;
  text_version: string;
  language: string;
  given_at: CreatedAt;
}

interface ChatMessagesTable {
  session_id: string;
  message_id: string;
  participant_id: string;
  audience: "everyone" | "staff";
  text: string;
  sent_at: CreatedAt;
}

interface MediaNodesTable {
  name: string;
  url: string;
  load: number;
  leased_until: Date;
}

interface MediaRoomsTable {
  session_id: string;
  node: string;
  leased_until: Date;
}

export interface SessionTables {
  sessions: SessionsTable;
  join_links: JoinLinksTable;
  invitations: InvitationsTable;
  outbox_messages: OutboxMessagesTable;
  participants: ParticipantsTable;
  consents: ConsentsTable;
  chat_messages: ChatMessagesTable;
  media_nodes: MediaNodesTable;
  media_rooms: MediaRoomsTable;
}
