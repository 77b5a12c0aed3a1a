import type { ClaimedDelivery } from "@nexbasira/core/database/claim-deliveries.ts";
import type { FinishedAttempt } from "@nexbasira/core/database/delivery-attempts.ts";
import { toEnvelope } from "@nexbasira/core/webhooks/envelope.ts";
import { type PostResult, postPayload, type Receivers } from "@nexbasira/core/webhooks/post-payload.ts";
import { signedHeaders, withoutSignatures } from "@nexbasira/core/webhooks/sign-payload.ts";
import { retryDelay } from "./retry-schedule.ts";
import type { StoredSecrets } from "./stored-secrets.ts";

/** How long a receiver has for its 2xx. */
export const ATTEMPT_LIMIT_MS = 30_000;

/** `Retry-After` counts with these answers (RFC 9110 section 15.6.4, RFC 6585 section 4). */
const RETRY_AFTER_STATUSES = new Set([429, 503]);

/**
 * Sends a claimed delivery once; how it went, to be written down. Aborted by `signal`, it is no attempt, and null: whoever
 * takes the delivery then sends it under the same id.
 */
export async function attemptDelivery(
  context: Receivers & { secrets: StoredSecrets },
  delivery: ClaimedDelivery,
  signal: AbortSignal,
): Promise<FinishedAttempt | null> {
  const number = delivery.attempt_count + 1;
  const started_at = new Date();
  const post = preparePost(context.secrets, delivery, { number, started_at });
  // A receiver that was sent something unsigned could learn to live without a signature.
  const result = post
    ? await postPayload(context, { ...post, limit_ms: ATTEMPT_LIMIT_MS, signal })
    : notSent("there is no secret to sign with");
  if (signal.aborted && result.status === null) return null;
  return {
    delivery_id: delivery.id,
    number,
    started_at,
    duration_ms: result.duration_ms,
    response_status: result.status,
    response_body: result.body,
    request_headers: withoutSignatures(post?.headers ?? {}),
    response_headers: result.headers,
    problem: result.problem,
    ...judge(delivery, result),
  };
}

/** What is sent: signed by every secret that was valid at the claim, a moment ago. Undefined where there is none. */
function preparePost(
  stored: StoredSecrets,
  delivery: ClaimedDelivery,
  { number, started_at }: { number: number; started_at: Date },
) {
  const secrets = stored.decrypt(delivery.secrets);
  if (secrets.length === 0) return undefined;
  const body = JSON.stringify(toEnvelope(delivery));
  const timestamp = Math.floor(started_at.getTime() / 1000);
  const { event_id: id, event_type: type } = delivery;
  const headers = signedHeaders({ id, type, body, attempt: number, secrets, timestamp });
  return { url: delivery.url, body, headers };
}

function notSent(problem: string): PostResult {
  return { status: null, headers: {}, body: null, problem, retry_after_s: null, duration_ms: 0 };
}

/** A test fire is sent once; everything else goes on by the schedule, from where it was last sent again. */
function judge(
  delivery: ClaimedDelivery,
  { status, retry_after_s }: PostResult,
): Pick<FinishedAttempt, "outcome" | "retry_in_s"> {
  if (status !== null && status >= 200 && status < 300) return { outcome: "delivered", retry_in_s: null };
  const asked = RETRY_AFTER_STATUSES.has(status ?? 0) ? retry_after_s : null;
  const attempt = delivery.attempt_count + 1 - delivery.attempts_before;
  const delay = delivery.event_type === "webhook.test" ? null : retryDelay(attempt, asked);
  return { outcome: delay === null ? "dropped" : "failed", retry_in_s: delay };
}
