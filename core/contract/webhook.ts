import { z } from "zod";
import { AnyId, PlainText, Timestamp, WebAddress } from "./common.ts";
import { EventEnvelope } from "./event.ts";
import { EventName } from "./event-names.ts";
import { Moment, Page } from "./pagination.ts";
import { Mode } from "./session.ts";

/** The body of `POST /webhook-endpoints`; no or empty `event_types` subscribes to everything. */
export const CreateWebhookEndpoint = z.strictObject({
  url: WebAddress,
  description: PlainText(500).optional(),
  event_types: z.array(EventName).max(50).optional(),
  mode: Mode.optional().describe(
    "Whose sessions it hears of. A key has its own mode; a member's is `live` if not given",
  ),
});
export type CreateWebhookEndpoint = z.infer<typeof CreateWebhookEndpoint>;

export const UpdateWebhookEndpoint = z.strictObject({
  url: WebAddress.optional(),
  description: PlainText(500).nullable().optional(),
  event_types: z.array(EventName).max(50).optional(),
  active: z.boolean().optional().describe("False pauses it; true resumes it, also after it was disabled"),
  rotate_secret: z
    .boolean()
    .optional()
    .describe("True makes a new secret; the one before stays valid for 24 hours, any older one ends at once"),
  revoke_previous_secrets: z
    .boolean()
    .optional()
    .describe("True ends every secret but the newest at once: for a secret that has leaked"),
});
export type UpdateWebhookEndpoint = z.infer<typeof UpdateWebhookEndpoint>;

export const WebhookEndpoint = z.object({
  id: z.string(),
  object: z.literal("webhook_endpoint"),
  /** It hears of sessions of this mode alone. */
  mode: Mode,
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()),
  active: z.boolean(),
  created_at: Timestamp,
  /** The first 6 characters after `whsec_`, to tell secrets apart. */
  secret_prefix: z.string(),
  /** Until when the secret before the newest is valid; null where there is none. */
  previous_secret_expires_at: Timestamp.nullable(),
  /** When it was disabled because its receiver failed; null where it was not. What waits for it keeps its place. */
  disabled_at: Timestamp.nullable(),
  failures_in_a_row: z.number().int(),
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

/** The answer to a change: with the new secret where one was asked for, this once. */
export const UpdatedWebhookEndpoint = WebhookEndpoint.extend({ signing_secret: z.string().optional() });
export type UpdatedWebhookEndpoint = z.infer<typeof UpdatedWebhookEndpoint>;

/** The answer that made it: the secret is never shown again. */
export const CreatedWebhookEndpoint = WebhookEndpoint.extend({ signing_secret: z.string() });
export type CreatedWebhookEndpoint = z.infer<typeof CreatedWebhookEndpoint>;

export const WebhookEndpointPage = Page(WebhookEndpoint);

export const DeliveryStatus = z.enum(["pending", "delivered", "failed", "dropped"]);
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

export const WebhookEvent = z.object({
  id: z.string(),
  object: z.literal("webhook_event"),
  endpoint: z.string(),
  event_id: z.string(),
  event_type: z.string(),
  status: DeliveryStatus,
  response_status: z.number().int().nullable(),
  attempt_count: z.number().int(),
  created_at: Timestamp,
  delivered_at: Timestamp.nullable(),
  next_attempt_at: Timestamp.nullable(),
});
export type WebhookEvent = z.infer<typeof WebhookEvent>;

export const WebhookEventPage = Page(WebhookEvent);

const HttpHeaders = z.record(z.string(), z.string());

/** One try to deliver. */
export const DeliveryAttempt = z.object({
  /** 1 for the first. */
  number: z.number().int(),
  started_at: Timestamp,
  duration_ms: z.number().int(),
  /** As they were sent, but for the signatures. */
  request_headers: HttpHeaders,
  response_status: z.number().int().nullable(),
  response_headers: HttpHeaders,
  /** The first 2 KiB. */
  response_body: z.string().nullable(),
  /** Why there was no answer, in words. */
  problem: z.string().nullable(),
});
export type DeliveryAttempt = z.infer<typeof DeliveryAttempt>;

/** A delivery with everything that is known of it. */
export const WebhookEventDetail = WebhookEvent.extend({
  url: z.string(),
  /** What was sent. */
  payload: EventEnvelope,
  attempts: z.array(DeliveryAttempt),
});
export type WebhookEventDetail = z.infer<typeof WebhookEventDetail>;

/** Which deliveries to send again; at least one member. */
export const ResendWebhookEvents = z
  .strictObject({
    endpoint: AnyId.optional(),
    event_type: EventName.optional(),
    status: DeliveryStatus.optional().describe("Mostly `dropped`"),
    created_after: Moment.optional(),
    created_before: Moment.optional(),
  })
  .refine((filter) => Object.keys(filter).length > 0, "must name at least one of its members")
  .meta({ minProperties: 1 });
export type ResendWebhookEvents = z.infer<typeof ResendWebhookEvents>;

export const ResentWebhookEvents = z.object({
  /** How many will be sent again. */
  resent: z.number().int(),
});
