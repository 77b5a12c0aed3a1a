import type { WebhookEvent } from "./events.ts";
import { type VerifyOptions, verifyWebhook } from "./verify-webhook.ts";

export interface NexBasiraOptions {
  /** A key of the API, `nbx_live_sk_…` or `nbx_test_sk_…`. Verifying webhooks needs none. */
  apiKey?: string | undefined;
  /** The same by its other name. */
  apiSecret?: string | undefined;
}

/** NexBasira as an integrator sees it: for now, its webhooks. */
export class NexBasira {
  readonly webhooks = {
    /** As `verifyWebhook`: the event of a delivery whose signature is valid. */
    constructEvent: (
      rawBody: string | Uint8Array,
      header: string | string[] | undefined,
      secret: string | undefined,
      options?: VerifyOptions,
    ): WebhookEvent => verifyWebhook(rawBody, header, secret, options),
  };

  // biome-ignore lint/complexity/noUselessConstructor: programs written by the guide give their key already
  constructor(_options: NexBasiraOptions = {}) {}
}
