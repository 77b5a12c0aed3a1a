import type { Generated } from "kysely";
import type { Mode } from "../../contract/session.ts";
import type { CreatedAt } from "./columns.ts";

/* Organizations, who belongs to them, and what they may use. */

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

interface SandboxesTable {
  org_id: number;
  address_hash: string;
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

interface IdempotencyKeysTable {
  scope: string;
  key: string;
  request_hash: string;
  response_status: number;
  response_body: string;
  created_at: CreatedAt;
}

export interface OrganizationTables {
  users: UsersTable;
  organizations: OrganizationsTable;
  members: MembersTable;
  api_keys: ApiKeysTable;
  sandboxes: SandboxesTable;
  usage_counters: UsageCountersTable;
  idempotency_keys: IdempotencyKeysTable;
}
