import { z } from "zod";
import { AnyId, Timestamp } from "./common.ts";

/*
 * What the console's page on webhooks reads besides the public API.
 */

export const WebhookStatisticsQuery = z.strictObject({
  endpoint: AnyId.optional().describe("Attempts at this endpoint only"),
  /** A day hour by hour, or 30 days day by day (UTC). */
  span: z.enum(["day", "month"]).default("day"),
});

export const WebhookStatistics = z.object({
  data: z.array(
    z.object({
      /** The beginning of the hour or day. */
      at: Timestamp,
      succeeded: z.number().int(),
      failed: z.number().int(),
      /** Milliseconds until the answer; null where nothing was sent. */
      p50_ms: z.number().int().nullable(),
      p95_ms: z.number().int().nullable(),
    }),
  ),
});
export type WebhookStatistics = z.infer<typeof WebhookStatistics>;

export const CallbackSecret = z.object({
  secret_prefix: z.string(),
  created_at: Timestamp,
  /** Until when the secret before it is valid; null where there is none. */
  previous_secret_expires_at: Timestamp.nullable(),
});
export type CallbackSecret = z.infer<typeof CallbackSecret>;

export const RotateCallbackSecret = z
  .strictObject({ revoke_previous_secrets: z.boolean().optional().describe("True ends the one before at once") })
  .optional();

export const RotatedCallbackSecret = CallbackSecret.extend({ signing_secret: z.string() });
export type RotatedCallbackSecret = z.infer<typeof RotatedCallbackSecret>;
