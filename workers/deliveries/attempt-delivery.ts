import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import type { EventEnvelope } from "@nexbasira/core/contract/event.ts";
import { type Database, inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { type ClaimedDelivery, finishAttempt, releaseDelivery } from "@nexbasira/core/database/deliveries.ts";
import {
  disableEndpoint,
  listValidSecrets,
  noteFailure,
  noteSuccess,
} from "@nexbasira/core/database/webhook-endpoints.ts";
import type { Logger } from "@nexbasira/core/log/logger.ts";
import { decryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { type PostResult, postPayload, type Receivers } from "@nexbasira/core/webhooks/post-payload.ts";
import { signedHeaders } from "@nexbasira/core/webhooks/sign-payload.ts";
import { retryDelay } from "./retry-schedule.ts";

/** How long a receiver has for its 2xx. */
export const ATTEMPT_LIMIT_MS = 30_000;

/** `Retry-After` counts with these answers (RFC 9110 section 15.6.4, RFC 6585 section 4). */
const RETRY_AFTER_STATUSES = new Set([429, 503]);
const GONE = 410;

export interface DeliveryContext extends Receivers {
  database: Database;
  masterKeys: readonly string[];
  log: Logger;
}

/**
 * Sends a claimed delivery once and writes down how it went, with what follows from it, in one transaction. Aborted by
 * `signal`, it is no attempt: the delivery is given back, and whoever takes it sends it under the same id.
 */
export async function attemptDelivery(
  context: DeliveryContext,
  delivery: ClaimedDelivery,
  signal?: AbortSignal,
): Promise<void> {
  const number = delivery.attempt_count + 1;
  const startedAt = new Date();
  const result = await send(context, delivery, { number, startedAt, signal });
  if (signal?.aborted && result.status === null) {
    await inTransaction(context.database, (transaction) =>
      releaseDelivery(transaction, delivery.id, delivery.attempt_count),
    );
    return;
  }
  const outcome = judge(result, number);
  const attempt = {
    delivery_id: delivery.id,
    number,
    started_at: startedAt,
    duration_ms: result.duration_ms,
    response_status: result.status,
    response_body: result.body,
    problem: result.problem,
  };
  const disabled = await inTransaction(context.database, async (transaction) => {
    if (!(await finishAttempt(transaction, attempt, outcome))) return false;
    return noteOutcome(transaction, delivery, result.status, outcome.status === "delivered");
  });
  context.log[outcome.status === "delivered" ? "info" : "warn"](
    {
      delivery_id: delivery.id,
      endpoint_id: delivery.endpoint_id,
      event_id: delivery.event_id,
      event_type: delivery.event_type,
      attempt: number,
      status: result.status,
      problem: result.problem ?? undefined,
      ms: result.duration_ms,
      outcome: outcome.status,
      retry_in_s: outcome.retry_in_s ?? undefined,
      disabled: disabled || undefined,
    },
    "delivery",
  );
}

async function send(
  context: DeliveryContext,
  delivery: ClaimedDelivery,
  attempt: { number: number; startedAt: Date; signal: AbortSignal | undefined },
): Promise<PostResult> {
  const rows = await listValidSecrets(context.database, delivery.org_id, delivery.endpoint_id);
  const secrets = decryptSecrets(context.masterKeys, rows);
  // A receiver that were sent something unsigned could learn to live without a signature.
  if (secrets.length === 0) return notSent("there is no secret to sign with");
  const body = JSON.stringify(envelopeOf(delivery));
  return postPayload(context, {
    url: delivery.url,
    body,
    headers: signedHeaders({
      id: delivery.event_id,
      type: delivery.event_type,
      body,
      attempt: attempt.number,
      secrets,
      timestamp: Math.floor(attempt.startedAt.getTime() / 1000),
    }),
    limit_ms: ATTEMPT_LIMIT_MS,
    ...(attempt.signal ? { signal: attempt.signal } : {}),
  });
}

/** Those that the master keys open: one may have been lost with an older key. */
function decryptSecrets(masterKeys: readonly string[], rows: readonly { encrypted: string }[]): string[] {
  return rows.flatMap(({ encrypted }) => {
    try {
      return [decryptFernet(masterKeys, encrypted)];
    } catch {
      // No key opens it, so nothing can be signed with it.
      return [];
    }
  });
}

function notSent(problem: string): PostResult {
  return { status: null, body: null, problem, retry_after_s: null, duration_ms: 0 };
}

/** What the attempt says of its endpoint. True when it disabled it. */
async function noteOutcome(
  transaction: Transaction,
  delivery: ClaimedDelivery,
  status: number | null,
  delivered: boolean,
): Promise<boolean> {
  if (delivered) {
    await noteSuccess(transaction, delivery.endpoint_id);
    return false;
  }
  const failed = await noteFailure(transaction, delivery.endpoint_id);
  const gone = status === GONE && (await disableEndpoint(transaction, delivery.endpoint_id));
  if (!failed && !gone) return false;
  await appendAuditEntry(transaction, delivery.org_id, {
    actor: { type: "system", id: "deliveries" },
    action: "webhook_endpoint.disabled",
    session_id: null,
    object: { type: "webhook_endpoint", id: delivery.endpoint_id },
    object_hash: null,
    details: { reason: gone ? "the receiver answered 410" : "50 failures in a row" },
  });
  return true;
}

function judge(result: PostResult, attempt: number) {
  if (result.status !== null && result.status >= 200 && result.status < 300) {
    return { status: "delivered", retry_in_s: null } as const;
  }
  const asked = RETRY_AFTER_STATUSES.has(result.status ?? 0) ? result.retry_after_s : null;
  const delay = retryDelay(attempt, asked);
  return delay === null
    ? ({ status: "dropped", retry_in_s: null } as const)
    : ({ status: "failed", retry_in_s: delay } as const);
}

/** The body: the same for every attempt of an event under this name. */
function envelopeOf(delivery: ClaimedDelivery): EventEnvelope {
  return {
    id: delivery.event_id,
    type: delivery.event_type,
    created_at: toTimestamp(delivery.event_created_at),
    org_id: delivery.org_id,
    sequence: delivery.sequence,
    data: delivery.data,
  };
}
