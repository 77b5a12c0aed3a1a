import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { OrganizationSettings } from "@nexbasira/core/contract/organization.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { updateSettings } from "@nexbasira/core/database/organizations.ts";

/** Changes an organization's settings, with the audit entry. */
export async function updateOrganization(
  database: Database,
  { org_id, actor, participant_copy }: OrganizationSettings & { org_id: number; actor: Actor },
): Promise<OrganizationSettings> {
  await inTransaction(database, async (transaction) => {
    await updateSettings(transaction, org_id, { participant_copy });
    await appendAuditEntry(transaction, org_id, {
      actor,
      action: "organization.updated",
      session_id: null,
      object: { type: "organization", id: String(org_id) },
      object_hash: null,
      details: { participant_copy },
    });
  });
  return { participant_copy };
}
