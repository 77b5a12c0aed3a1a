import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { insertOrganization } from "@nexbasira/core/database/organizations.ts";
import { insertWebhookSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import { encryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { secretPrefix } from "@nexbasira/core/webhooks/sign-payload.ts";

/** An organization with the secret that signs its sessions' callbacks, which is returned this once. */
export async function createOrganization(
  { masterKeys }: { masterKeys: readonly string[] },
  transaction: Transaction,
  organization: { name: string; slug: string; callbackSecret: string },
) {
  const row = await insertOrganization(transaction, { name: organization.name, slug: organization.slug });
  await insertWebhookSecret(transaction, {
    org_id: row.id,
    endpoint_id: null,
    encrypted: encryptFernet(masterKeys, organization.callbackSecret),
    prefix: secretPrefix(organization.callbackSecret),
  });
  await appendAuditEntry(transaction, row.id, {
    actor: { type: "system", id: "seed" },
    action: "organization.created",
    session_id: null,
    object: { type: "organization", id: String(row.id) },
    object_hash: null,
  });
  return row;
}
