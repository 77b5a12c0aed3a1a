import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { UpdateWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { notifyDeliveries } from "@nexbasira/core/database/notify.ts";
import { endPreviousSecrets, updateWebhookEndpoint } from "@nexbasira/core/database/webhook-endpoints.ts";
import { rotateSecret } from "./rotate-secret.ts";

/** What enabling an endpoint resets. */
const RESUMED = { disabled_at: null, failures_in_a_row: 0, first_failure_at: null };

/** Changes an endpoint; answers the new secret where one was asked for. */
export async function updateEndpoint(
  configuration: { masterKeys: readonly string[] },
  transaction: Transaction,
  request: { endpoint: { id: string; org_id: number }; actor: Actor; change: UpdateWebhookEndpoint },
): Promise<string | undefined> {
  const { endpoint, actor } = request;
  const { rotate_secret, revoke_previous_secrets, ...change } = request.change;
  const owner = { org_id: endpoint.org_id, endpoint_id: endpoint.id };
  if (Object.keys(change).length > 0) {
    await updateWebhookEndpoint(transaction, endpoint.id, { ...change, ...(change.active ? RESUMED : {}) });
    if (change.active) await notifyDeliveries(transaction);
  }
  const secret = rotate_secret
    ? await rotateSecret(configuration, transaction, owner, { at_once: revoke_previous_secrets ?? false })
    : undefined;
  if (revoke_previous_secrets && !rotate_secret) await endPreviousSecrets(transaction, owner);
  const changed = Object.keys(request.change);
  if (changed.length === 0) return undefined;
  await appendAuditEntry(transaction, endpoint.org_id, {
    actor,
    action: "webhook_endpoint.updated",
    session_id: null,
    object: { type: "webhook_endpoint", id: endpoint.id },
    object_hash: null,
    details: { changed: changed.toSorted().join(" ") },
  });
  return secret;
}
