import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { newId } from "@nexbasira/core/contract/ids.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import type { CreatedWebhookEndpoint, CreateWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import {
  findWebhookEndpoint,
  insertWebhookEndpoints,
  insertWebhookSecret,
} from "@nexbasira/core/database/webhook-endpoints.ts";
import { encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { postPayload, type Receivers } from "@nexbasira/core/webhooks/post-payload.ts";
import { secretPrefix, signedHeaders } from "@nexbasira/core/webhooks/sign-payload.ts";
import { toWebhookEndpoint } from "./endpoint-resource.ts";

const PROBE_LIMIT_MS = 10_000;

/**
 * Sends a signed `webhook.test` to the address: it must answer 2xx within 10 s. Throws `validation_error`.
 */
export async function probeReceiver(
  receivers: Receivers,
  probe: { org_id: number; url: string; secrets: readonly string[] },
): Promise<void> {
  const id = newId("event");
  const now = new Date();
  const data = { test: true, message: "A probe of a new webhook endpoint." };
  const envelope = {
    id,
    type: "webhook.test",
    created_at: toTimestamp(now),
    org_id: probe.org_id,
    sequence: null,
    data,
  };
  const body = JSON.stringify(envelope);
  const timestamp = Math.floor(now.getTime() / 1000);
  const headers = signedHeaders({ id, type: "webhook.test", body, attempt: 1, secrets: probe.secrets, timestamp });
  const result = await postPayload(receivers, { url: probe.url, body, headers, limit_ms: PROBE_LIMIT_MS });
  if (result.status !== null && result.status >= 200 && result.status < 300) return;
  const why = result.problem ?? `it answered ${result.status}`;
  throw new AppError("validation_error", `url: did not answer a test event with 2xx within 10 s: ${why}`, {
    param: "url",
  });
}

interface NewEndpoint {
  org_id: number;
  mode: Mode;
  actor: Actor;
  secret: string;
  request: CreateWebhookEndpoint;
}

/** The endpoint and its secret, which is in the answer this once. */
export async function createEndpoint(
  { masterKeys }: { masterKeys: readonly string[] },
  transaction: Transaction,
  { org_id, mode, actor, secret, request }: NewEndpoint,
): Promise<CreatedWebhookEndpoint> {
  const id = newId("webhookEndpoint");
  await insertWebhookEndpoints(transaction, [
    {
      id,
      org_id,
      mode,
      session_id: null,
      url: request.url,
      description: request.description ?? null,
      event_types: request.event_types ?? [],
    },
  ]);
  await insertWebhookSecret(transaction, {
    org_id,
    endpoint_id: id,
    encrypted: encryptFernet(masterKeys, secret),
    prefix: secretPrefix(secret),
  });
  const row = await findWebhookEndpoint(transaction, { org_id, mode }, id);
  if (!row) throw new Error("the endpoint just written is not there");
  await appendAuditEntry(transaction, org_id, {
    actor,
    action: "webhook_endpoint.created",
    session_id: null,
    object: { type: "webhook_endpoint", id },
    object_hash: null,
    details: { url: request.url },
  });
  return { ...toWebhookEndpoint(row), signing_secret: secret };
}
