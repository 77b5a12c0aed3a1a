import type { Generated, GeneratedAlways } from "kysely";
import type { AnchorKind, AnchorStatus, CheckpointReason } from "../../contract/audit.ts";
import type { CreatedAt } from "./columns.ts";

/* The audit log, its tree, and what proves it. */

interface AuditLogsTable {
  org_id: number;
  size: number;
  head_hash: string;
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

export interface AuditTables {
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
}
