import {
  Organization,
  OrganizationMemberPage,
  OrganizationSettings,
  type UpdateOrganization,
} from "@nexbasira/core/contract/organization.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import { fetchJson } from "@nexbasira/ui/fetch-json.ts";
import type { z } from "zod";

/** Members that one call brings. */
const PAGE_SIZE = 50;

/** The organization with what is used of one mode. */
export function readOrganization(mode: Mode, signal: AbortSignal): Promise<Organization> {
  return fetchJson(`/v1/org?${new URLSearchParams({ mode })}`, { schema: Organization, signal });
}

/** One page of the members, oldest first. `cursor` is the page before's `next_cursor`. */
export function listMembers(
  cursor: string | null,
  signal: AbortSignal,
): Promise<z.infer<typeof OrganizationMemberPage>> {
  const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor !== null && { cursor }) });
  return fetchJson(`/v1/org/members?${query}`, { schema: OrganizationMemberPage, signal });
}

export function updateOrganization(body: UpdateOrganization): Promise<OrganizationSettings> {
  return fetchJson("/console/api/organization", { schema: OrganizationSettings, method: "PATCH", body });
}
