import type { Generated } from "kysely";
import type { Mode } from "../../contract/session.ts";
import type { CreatedAt, Json } from "./columns.ts";

/* Events, and how they reach their receivers. */

interface EventsTable {
  id: string;
  org_id: number;
  session_id: string | null;
  sequence: number | null;
  type: string;
  data: Json<Record<string, unknown>>;
  created_at: CreatedAt;
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

interface DeliveryWorkersTable {
  id: string;
  seen_at: CreatedAt;
}

export interface WebhookTables {
  events: EventsTable;
  webhook_endpoints: WebhookEndpointsTable;
  webhook_secrets: WebhookSecretsTable;
  deliveries: DeliveriesTable;
  delivery_attempts: DeliveryAttemptsTable;
  delivery_workers: DeliveryWorkersTable;
}
