import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { WebhookEndpoint, WebhookEvent, WebhookEventDetail } from "@nexbasira/core/contract/webhook.ts";
import type { findDelivery, listAttempts, listDeliveries } from "@nexbasira/core/database/deliveries.ts";
import type { findWebhookEndpoint } from "@nexbasira/core/database/webhook-endpoints.ts";
import { toEnvelope } from "@nexbasira/core/webhooks/envelope.ts";

export type EndpointRow = NonNullable<Awaited<ReturnType<typeof findWebhookEndpoint>>>;
type FoundDelivery = NonNullable<Awaited<ReturnType<typeof findDelivery>>>;
type AttemptRow = Awaited<ReturnType<typeof listAttempts>>[number];
type DeliveryRow = Awaited<ReturnType<typeof listDeliveries>>[number];

/** An endpoint as the API shows it. */
export function toWebhookEndpoint(row: EndpointRow): WebhookEndpoint {
  return {
    id: row.id,
    object: "webhook_endpoint",
    mode: row.mode,
    url: row.url,
    description: row.description,
    event_types: row.event_types,
    active: row.active,
    created_at: toTimestamp(row.created_at),
    secret_prefix: row.secret_prefix,
    previous_secret_expires_at: row.previous_secret_expires_at && toTimestamp(row.previous_secret_expires_at),
    disabled_at: row.disabled_at && toTimestamp(row.disabled_at),
    failures_in_a_row: row.failures_in_a_row,
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

/** A delivery with its payload and every attempt. */
export function toWebhookEventDetail(row: FoundDelivery, attempts: readonly AttemptRow[]): WebhookEventDetail {
  return {
    ...toWebhookEvent(row),
    url: row.url,
    payload: toEnvelope(row),
    attempts: attempts.map((attempt) => ({
      number: attempt.number,
      started_at: toTimestamp(attempt.started_at),
      duration_ms: attempt.duration_ms,
      request_headers: attempt.request_headers,
      response_status: attempt.response_status,
      response_headers: attempt.response_headers,
      response_body: attempt.response_body,
      problem: attempt.problem,
    })),
  };
}
