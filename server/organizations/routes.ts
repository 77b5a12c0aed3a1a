import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers, PublicHandlers } from "../http/handlers.ts";
import { loadMembers } from "./load-members.ts";
import { loadOrganization } from "./load-organization.ts";
import { updateOrganization } from "./update-organization.ts";

/** `/org` of the public API. */
export function organizationHandlers(context: ServerContext): PublicHandlers<"readOrganization" | "listMembers"> {
  return {
    readOrganization: ({ caller, query }) =>
      loadOrganization(context, caller.org_id, caller.mode ?? query.mode ?? "live"),

    listMembers: ({ caller: { org_id }, query }) => loadMembers(context.database, { org_id, ...query }),
  };
}

/** The same in the console, where it can be changed. */
export function organizationConsoleHandlers({
  database,
}: Pick<ServerContext, "database">): ConsoleHandlers<"updateOrganization"> {
  return {
    updateOrganization: ({ caller, body }) => updateOrganization(database, caller, body),
  };
}
