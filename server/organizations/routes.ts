import type { ServerContext } from "../context.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { loadMembers } from "./load-members.ts";
import { loadOrganization } from "./load-organization.ts";

/** `/org` of the public API. */
export function organizationHandlers(context: ServerContext): PublicHandlers<"readOrganization" | "listMembers"> {
  return {
    readOrganization: ({ caller, query }) =>
      loadOrganization(context, caller.org_id, caller.mode ?? query.mode ?? "live"),

    listMembers: ({ caller: { org_id }, query }) => loadMembers(context.database, { org_id, ...query }),
  };
}
