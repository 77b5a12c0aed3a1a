import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { insertWebhookSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { secretPrefix } from "@nexbasira/core/webhooks/sign-payload.ts";

const SEED: Actor = { type: "system", id: "seed" };

/** Instead of the installation's. */
interface OwnQuotas {
  quota_sessions_per_month: number;
  quota_minutes_per_month: number;
  quota_storage_bytes: number;
  quota_members: number;
}

/** An organization with the secret that signs its sessions' callbacks, which is returned this once. */
export async function createOrganization(
  { masterKeys }: { masterKeys: readonly string[] },
  transaction: Transaction,
  organization: { name: string; slug: string; callbackSecret: string; quotas?: OwnQuotas; actor?: Actor },
) {
  const { name, slug, quotas } = organization;
  const row = await insertOrganization(transaction, { name, slug, ...quotas });
  await insertWebhookSecret(transaction, {
    org_id: row.id,
    endpoint_id: null,
    encrypted: encryptFernet(masterKeys, organization.callbackSecret),
    prefix: secretPrefix(organization.callbackSecret),
  });
  await appendAuditEntry(transaction, row.id, {
    actor: organization.actor ?? SEED,
    action: "organization.created",
    session_id: null,
    object: { type: "organization", id: String(row.id) },
    object_hash: null,
  });
  return row;
}
