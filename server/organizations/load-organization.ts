import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Organization } from "@nexbasira/core/contract/organization.ts";
import { MemberRole, ROLE_PERMISSIONS } from "@nexbasira/core/contract/permission.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import { findOrganizationFacts } from "@nexbasira/core/database/organizations.ts";
import { loadUsage } from "@nexbasira/core/resources/organization-usage.ts";
import type { ServerContext } from "../context.ts";
import { loadMembers } from "./load-members.ts";

const FIRST_MEMBERS = 100;

/** An organization as its callers see it, with what is used of one mode. */
export async function loadOrganization(
  { database, configuration }: Pick<ServerContext, "database" | "configuration">,
  orgId: number,
  mode: Mode,
): Promise<Organization> {
  const [facts, quotas, members] = await Promise.all([
    findOrganizationFacts(database, orgId),
    loadUsage(database, configuration, orgId, mode),
    loadMembers(database, { org_id: orgId, limit: FIRST_MEMBERS }),
  ]);
  if (!facts) throw new AppError("not_found", "There is no such organization.");
  const { key, organization } = configuration.rateLimits;
  return {
    object: "organization",
    id: orgId,
    name: facts.name,
    created_at: toTimestamp(facts.created_at),
    mode,
    sandbox: facts.sandbox,
    participant_copy: facts.participant_copy,
    retention: {
      evidence_days: facts.evidence_retention_days,
      personal_data_days: facts.personal_data_retention_days,
    },
    quotas,
    rate_limits: { key, organization },
    members,
    roles: MemberRole.options.map((name) => ({ name, permissions: [...ROLE_PERMISSIONS[name]] })),
  };
}
