import { z } from "zod";
import { PlainText, Timestamp, WebAddress } from "./common.ts";
import { EventName } from "./event-names.ts";

/** The body of `POST /webhook-endpoints`; no or empty `event_types` subscribes to everything. */
export const CreateWebhookEndpoint = z.strictObject({
  url: WebAddress,
  description: PlainText(500).optional(),
  event_types: z.array(EventName).max(50).optional(),
});
export type CreateWebhookEndpoint = z.infer<typeof CreateWebhookEndpoint>;

export const UpdateWebhookEndpoint = z.strictObject({
  url: WebAddress.optional(),
  description: PlainText(500).optional(),
  event_types: z.array(EventName).max(50).optional(),
  active: z.boolean().optional(),
});
export type UpdateWebhookEndpoint = z.infer<typeof UpdateWebhookEndpoint>;

export const WebhookEndpoint = z.object({
  id: z.string(),
  object: z.literal("webhook_endpoint"),
  url: z.string(),
  description: z.string().nullable(),
  event_types: z.array(z.string()),
  active: z.boolean(),
  created_at: Timestamp,
  /** The first 6 characters after `whsec_`, to tell secrets apart. */
  secret_prefix: z.string(),
  /** Only in the answer that made it. */
  signing_secret: z.string().optional(),
});
export type WebhookEndpoint = z.infer<typeof WebhookEndpoint>;

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
