import type { ColumnType, Generated } from "kysely";
import type { LocationStatus } from "../../contract/common.ts";
import type { CaptureSource, EvidenceKind, Gap } from "../../contract/evidence.ts";
import type { Mode } from "../../contract/session.ts";
import type { Operation } from "../../shapes/operation.ts";
import type { CreatedAt, Json, JsonDefault } from "./columns.ts";

/* What a session leaves: captures, boards, recordings, the evidence file; and what is kept of it. */

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

export interface EvidenceTables {
  announced_captures: AnnouncedCapturesTable;
  evidence_items: EvidenceItemsTable;
  derivatives: DerivativesTable;
  whiteboards: WhiteboardsTable;
  board_operations: BoardOperationsTable;
  clips: ClipsTable;
  recordings: RecordingsTable;
  evidence_files: EvidenceFilesTable;
  evidence_accesses: EvidenceAccessesTable;
  files_to_delete: FilesToDeleteTable;
}
