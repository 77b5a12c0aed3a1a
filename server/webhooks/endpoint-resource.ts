import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { WebhookEndpoint, WebhookEvent } from "@nexbasira/core/contract/webhook.ts";
import type { listDeliveries } from "@nexbasira/core/database/deliveries.ts";
import type { findWebhookEndpoint } from "@nexbasira/core/database/webhook-endpoints.ts";

export type EndpointRow = NonNullable<Awaited<ReturnType<typeof findWebhookEndpoint>>>;
type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number];

/** An endpoint as the API shows it; `signing_secret` only in the answer that made it. */
export function toWebhookEndpoint(row: EndpointRow, signingSecret?: string): WebhookEndpoint {
  return {
    id: row.id,
    object: "webhook_endpoint",
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    active: row.active,
    created_at: toTimestamp(row.created_at),
    secret_prefix: row.secret_prefix,
    ...(signingSecret === undefined ? {} : { signing_secret: signingSecret }),
  };
}

/** A delivery as `GET /webhook-events` shows it. */
export function toWebhookEvent(row: DeliveryRow): WebhookEvent {
  const waits = row.status === "pending" || row.status === "failed";
  return {
    id: row.id,
    object: "webhook_event",
    endpoint: row.endpoint_id,
    event_id: row.event_id,
    event_type: row.event_type,
    status: row.status,
    response_status: row.response_status,
    attempt_count: row.attempt_count,
    created_at: toTimestamp(row.created_at),
    delivered_at: row.delivered_at && toTimestamp(row.delivered_at),
    next_attempt_at: waits ? toTimestamp(row.next_attempt_at) : null,
  };
}
