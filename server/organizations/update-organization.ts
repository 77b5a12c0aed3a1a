import { type Actor, appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import type { OrganizationSettings, UpdateOrganization } from "@nexbasira/core/contract/organization.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { updateSettings } from "@nexbasira/core/database/organizations.ts";

/** Changes what is given of an organization's settings, with the audit entry; all of them as they are then. */
export function updateOrganization(
  database: Database,
  { org_id, actor }: { org_id: number; actor: Actor },
  { participant_copy, retention }: UpdateOrganization,
): Promise<OrganizationSettings> {
  const changed = {
    ...(participant_copy === undefined ? {} : { participant_copy }),
    ...(retention === undefined
      ? {}
      : {
          evidence_retention_days: retention.evidence_days,
          personal_data_retention_days: retention.personal_data_days,
        }),
  };
  return inTransaction(database, async (transaction) => {
    const settings = await updateSettings(transaction, org_id, changed);
    await appendAuditEntry(transaction, org_id, {
      actor,
      action: "organization.updated",
      session_id: null,
      object: { type: "organization", id: String(org_id) },
      object_hash: null,
      details: changed,
    });
    return {
      participant_copy: settings.participant_copy,
      retention: {
        evidence_days: settings.evidence_retention_days,
        personal_data_days: settings.personal_data_retention_days,
      },
    };
  });
}
