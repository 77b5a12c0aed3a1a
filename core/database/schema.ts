import type { AuditTables } from "./schema/audit-tables.ts";
import type { EvidenceTables } from "./schema/evidence-tables.ts";
import type { OrganizationTables } from "./schema/organization-tables.ts";
import type { SessionTables } from "./schema/session-tables.ts";
import type { SigningTables } from "./schema/signing-tables.ts";
import type { WebhookTables } from "./schema/webhook-tables.ts";

/** Every table, as Kysely sees it. The migrations are the authority. */
export interface Schema
  extends OrganizationTables,
    SessionTables,
    EvidenceTables,
    SigningTables,
    AuditTables,
    WebhookTables {}
