import { toBranding } from "@nexbasira/core/resources/branding-resource.ts";
import type { ServerContext } from "../context.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { ownOrganization, updateBranding } from "./update-branding.ts";

type BrandingHandlers = PublicHandlers<"readBranding" | "updateBranding">;

/** `/branding` of the public API. */
export function brandingHandlers(context: Pick<ServerContext, "database" | "links" | "storage">): BrandingHandlers {
  const { database, links } = context;
  return {
    readBranding: async ({ caller }) => toBranding(await ownOrganization(database, caller.org_id), links),

    updateBranding: ({ caller, body }) =>
      updateBranding(context, { org_id: caller.org_id, actor: caller.actor, request: body }),
  };
}
