import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from "kysely";
import type { AnchorKind, AnchorStatus, CheckpointReason } from "../contract/audit.ts";
import type { Language, LocationStatus, Role } from "../contract/common.ts";
import type { CaptureSource, EvidenceKind, Gap } from "../contract/evidence.ts";
import type { Mode, SessionStatus, SignatureLevel } from "../contract/session.ts";
import type { IdentityDocumentType, ProviderProblem, SignatureRequestState } from "../contract/signing.ts";
import type { BoardEntry, Operation } from "../shapes/operation.ts";

/** A time that the database fills in when it is left out. */
type CreatedAt = ColumnType<Date, Date | undefined, Date>;
type Json<T extends object> = JSONColumnType<T, string, string>;
type JsonDefault<T extends object> = ColumnType<T, string | undefined, string>;

interface UsersTable {
  id: Generated<number>;
  name: string;
  email: string;
  email_verified: boolean;
  created_at: CreatedAt;
}

interface OrganizationsTable {
  id: Generated<number>;
  name: string;
  slug: string;
  accent: Generated<string>;
  theme: Generated<"light" | "dark" | "system">;
  domain: string | null;
  logo_key: string | null;
  logo_media_type: "image/png" | "image/svg+xml" | null;
  logo_raster_key: string | null;
  email_sender_name: string | null;
  sms_sender_name: string | null;
  quota_sessions_per_month: number | null;
  quota_minutes_per_month: number | null;
  quota_storage_bytes: number | null;
  quota_members: number | null;
  participant_copy: Generated<boolean>;
  /** Days after a session's end until its evidence's files are deleted; null: never. */
  evidence_retention_days: number | null;
  /** Days after a session's end until its people are forgotten, never before its files; null: never. */
  personal_data_retention_days: number | null;
  created_at: CreatedAt;
}

interface UsageCountersTable {
  org_id: number;
  mode: Mode;
  metric: "sessions" | "minutes" | "storage_bytes";
  /** A calendar month in UTC (`2026-05`), or `total`. */
  period: string;
  value: number;
}

interface SandboxesTable {
  org_id: number;
  address_hash: string;
  created_at: CreatedAt;
}

interface MembersTable {
  id: Generated<number>;
  organization_id: number;
  user_id: number;
  role: string;
  created_at: CreatedAt;
}

interface ApiKeysTable {
  id: string;
  org_id: number;
  name: string;
  mode: Mode;
  scopes: string[];
  secret_hash: string;
  prefix: string;
  created_by: number | null;
  created_at: CreatedAt;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

interface IdempotencyKeysTable {
  scope: string;
  key: string;
  request_hash: string;
  response_status: number;
  response_body: string;
  created_at: CreatedAt;
}

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

interface AnnouncedCapturesTable {
  capture_id: string;
  session_id: string;
  participant_id: string;
  kind: EvidenceKind;
  sha256: string;
  size: number;
  announced_at: CreatedAt;
  item_id: string | null;
  request_id: string | null;
}

interface WhiteboardsTable {
  id: string;
  session_id: string;
  kind: "whiteboard" | "annotation";
  item_id: string | null;
  width: number;
  height: number;
  created_by: string;
  created_at: CreatedAt;
}

interface BoardOperationsTable {
  board_id: string;
  sequence: number;
  author: string;
  at: Date;
  operation: Json<Operation>;
}

interface EvidenceItemsTable {
  id: string;
  org_id: number;
  /** The session's. */
  mode: Mode;
  session_id: string;
  capture_id: string;
  participant_id: string;
  kind: EvidenceKind;
  sha256: string;
  size: number;
  media_type: string;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  title: string | null;
  filename: string | null;
  source: CaptureSource | null;
  captured_at: Date;
  received_at: CreatedAt;
  device_time: Date | null;
  clock_offset_ms: number | null;
  device_order: number | null;
  latitude: number | null;
  longitude: number | null;
  accuracy_m: number | null;
  age_s: number | null;
  location_status: LocationStatus | null;
  derived_from_id: string | null;
  /** What asked for it: an inspector's request, or the capture itself where the participant took it unasked. */
  request_id: string | null;
  provisional: Generated<boolean>;
  superseded_by_id: string | null;
  whiteboard_id: string | null;
  problem_code: string | null;
  problem_message: string | null;
  /** Null once the contents are deleted. */
  storage_key: string | null;
  deleted_at: Date | null;
}

interface DerivativesTable {
  item_id: string;
  kind: "thumbnail" | "preview" | "located";
  /** Null once the contents are deleted. */
  storage_key: string | null;
  sha256: string;
  size: number;
  media_type: string;
  created_at: CreatedAt;
}

interface ChatMessagesTable {
  session_id: string;
  message_id: string;
  participant_id: string;
  audience: "everyone" | "staff";
  text: string;
  sent_at: CreatedAt;
}

interface ClipsTable {
  id: string;
  session_id: string;
  participant_id: string;
  from_ms: number;
  to_ms: number;
  capture_id: string;
  created_at: CreatedAt;
  abandoned_at: Date | null;
}

interface RecordingsTable {
  id: string;
  org_id: number;
  session_id: string;
  status: "recording" | "processing" | "ready" | "failed";
  progress: Generated<number>;
  started_at: Date;
  ended_at: Date | null;
  parts: Generated<number>;
  duration_ms: number | null;
  gaps: JsonDefault<Gap[]>;
  mkv_key: string | null;
  mkv_sha256: string | null;
  mkv_size: number | null;
  mp4_key: string | null;
  mp4_sha256: string | null;
  mp4_size: number | null;
  poster_key: string | null;
  contact_sheet_key: string | null;
  /** What the report needs to print the sheet: its grid and each tile's time. */
  contact_sheet: ColumnType<object | null, string | null, string | null>;
  waveform_key: string | null;
  deleted_at: Date | null;
}

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

interface EvidenceFilesTable {
  session_id: string;
  org_id: number;
  status: "recordings" | "report" | "awaiting_signer" | "signing" | "ready" | "failed";
  progress: Generated<number>;
  problem: string | null;
  report_key: string | null;
  audit_chain_hash: string | null;
  pdf_key: string | null;
  pdf_sha256: string | null;
  pdf_size: number | null;
  signature_id: string | null;
  baseline: "B-B" | "B-T" | "B-LT" | "B-LTA" | null;
  signed_at: Date | null;
  timestamp_authority: string | null;
  /** When the certificate of the newest document time stamp ends; null below B-LTA. */
  timestamp_expires_at: Date | null;
  development: boolean | null;
  deleted_at: Date | null;
}

interface AuditLogsTable {
  org_id: number;
  size: number;
  head_hash: string;
}

interface AuditTreesTable {
  org_id: number;
  size: number;
}

interface AuditTilesTable {
  org_id: number;
  level: number;
  index: number;
  hashes: Buffer;
}

interface AuditLogKeysTable {
  id: GeneratedAlways<number>;
  public_key: Buffer;
  /** Null once it is retired. */
  encrypted: string | null;
  created_at: CreatedAt;
  retired_at: Date | null;
}

interface OwnRootsTable {
  id: GeneratedAlways<number>;
  certificate: Buffer;
  used_for: "seals" | "signers";
  first_used_at: CreatedAt;
}

interface AuditCheckpointsTable {
  id: string;
  org_id: number;
  size: number;
  root: string;
  origin: string;
  key_id: number;
  note: string;
  created_at: CreatedAt;
}

interface AuditCheckpointSessionsTable {
  session_id: string;
  checkpoint_id: string;
  reason: CheckpointReason;
}

interface AuditAnchorsTable {
  id: string;
  org_id: number;
  checkpoint_id: string;
  kind: AnchorKind;
  authority: string;
  qualified: boolean;
  development: boolean;
  status: Generated<AnchorStatus>;
  token: Buffer | null;
  anchored_at: Date | null;
  bitcoin_height: number | null;
  problem: string | null;
  attempted_at: Date | null;
  created_at: CreatedAt;
}

interface AuditVerificationsTable {
  org_id: number;
  verified_at: Date;
  size: number;
  problem: string | null;
}

interface AuditEntriesTable {
  org_id: number;
  sequence: number;
  session_id: string | null;
  /** From 0 within its session. */
  session_sequence: number | null;
  action: string;
  /** `member:7` */
  actor: string;
  recorded_at: Date;
  hash: string;
  record: string;
}

interface EvidenceAccessesTable {
  org_id: number;
  actor: string;
  action: string;
  object: string;
  sha256: string;
  /** The beginning of the hour in which it was noted. */
  hour: Date;
}

interface FilesToDeleteTable {
  storage_key: string;
  since: CreatedAt;
}

interface WebhookEndpointsTable {
  id: string;
  org_id: number;
  mode: Mode;
  session_id: string | null;
  url: string;
  description: string | null;
  event_types: string[];
  active: Generated<boolean>;
  created_at: CreatedAt;
  deleted_at: Date | null;
  disabled_at: Date | null;
  failures_in_a_row: Generated<number>;
  first_failure_at: Date | null;
}

interface WebhookSecretsTable {
  id: Generated<number>;
  org_id: number;
  endpoint_id: string | null;
  encrypted: string;
  prefix: string;
  created_at: CreatedAt;
  expires_at: Date | null;
}

interface EventsTable {
  id: string;
  org_id: number;
  session_id: string | null;
  sequence: number | null;
  type: string;
  data: Json<Record<string, unknown>>;
  created_at: CreatedAt;
}

interface DeliveriesTable {
  id: string;
  org_id: number;
  /** Its endpoint's. */
  mode: Mode;
  endpoint_id: string;
  event_id: string;
  event_type: string;
  status: Generated<"pending" | "delivered" | "failed" | "dropped">;
  attempt_count: Generated<number>;
  /** Attempts made before it was last sent again: the schedule counts from there. */
  attempts_before: Generated<number>;
  next_attempt_at: CreatedAt;
  leased_until: Date | null;
  /** The worker that took the last lease. */
  leased_by: string | null;
  response_status: number | null;
  created_at: CreatedAt;
  delivered_at: Date | null;
}

interface DeliveryWorkersTable {
  id: string;
  seen_at: CreatedAt;
}

interface DeliveryAttemptsTable {
  delivery_id: string;
  number: number;
  started_at: Date;
  duration_ms: number;
  response_status: number | null;
  response_body: string | null;
  request_headers: Json<Record<string, string>>;
  response_headers: Json<Record<string, string>>;
  problem: string | null;
}

/** Every table, as Kysely sees it. The migrations are the authority. */
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

export interface Schema {
  users: UsersTable;
  organizations: OrganizationsTable;
  usage_counters: UsageCountersTable;
  sandboxes: SandboxesTable;
  members: MembersTable;
  api_keys: ApiKeysTable;
  idempotency_keys: IdempotencyKeysTable;
  sessions: SessionsTable;
  join_links: JoinLinksTable;
  invitations: InvitationsTable;
  outbox_messages: OutboxMessagesTable;
  participants: ParticipantsTable;
  consents: ConsentsTable;
  announced_captures: AnnouncedCapturesTable;
  whiteboards: WhiteboardsTable;
  board_operations: BoardOperationsTable;
  evidence_items: EvidenceItemsTable;
  derivatives: DerivativesTable;
  chat_messages: ChatMessagesTable;
  clips: ClipsTable;
  recordings: RecordingsTable;
  participant_signatures: ParticipantSignaturesTable;
  signature_codes: SignatureCodesTable;
  identity_confirmations: IdentityConfirmationsTable;
  signature_requests: SignatureRequestsTable;
  provider_signatures: ProviderSignaturesTable;
  evidence_files: EvidenceFilesTable;
  audit_logs: AuditLogsTable;
  audit_entries: AuditEntriesTable;
  audit_trees: AuditTreesTable;
  audit_tiles: AuditTilesTable;
  audit_log_keys: AuditLogKeysTable;
  own_roots: OwnRootsTable;
  audit_checkpoints: AuditCheckpointsTable;
  audit_checkpoint_sessions: AuditCheckpointSessionsTable;
  audit_anchors: AuditAnchorsTable;
  audit_verifications: AuditVerificationsTable;
  evidence_accesses: EvidenceAccessesTable;
  files_to_delete: FilesToDeleteTable;
  webhook_endpoints: WebhookEndpointsTable;
  webhook_secrets: WebhookSecretsTable;
  events: EventsTable;
  deliveries: DeliveriesTable;
  delivery_attempts: DeliveryAttemptsTable;
  delivery_workers: DeliveryWorkersTable;
  media_nodes: MediaNodesTable;
  media_rooms: MediaRoomsTable;
}
