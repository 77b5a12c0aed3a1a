import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { findApiKeyById, listApiKeys, revokeApiKey } from "@nexbasira/core/database/api-keys.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { idOfCursor, pageOf } from "../http/pagination.ts";
import { toApiKey } from "./api-key-resource.ts";
import { makeApiKey } from "./make-api-key.ts";

/** `/api-keys` of the console's API. */
export function apiKeyHandlers({
  database,
}: Pick<ServerContext, "database">): ConsoleHandlers<"listApiKeys" | "createApiKey" | "revokeApiKey"> {
  return {
    listApiKeys: async ({ caller: { org_id, mode }, query: { limit, cursor, state } }) => {
      const before_id = idOfCursor("apiKey", cursor);
      const rows = await listApiKeys(database, { org_id, mode, state, before_id, limit: limit + 1 });
      return pageOf(rows, limit, rows.map(toApiKey));
    },

    createApiKey: ({ caller, body }) => ({ effect: (transaction) => makeApiKey(transaction, caller, body) }),

    revokeApiKey: async ({ caller, params }) => {
      const key = await findApiKeyById(database, caller, params.id);
      if (!key) throw new AppError("not_found", "There is no such API key.");
      await inTransaction(database, async (transaction) => {
        if (!(await revokeApiKey(transaction, key.id))) return;
        await appendAuditEntry(transaction, caller.org_id, {
          actor: caller.actor,
          action: "api_key.revoked",
          session_id: null,
          object: { type: "api_key", id: key.id },
          object_hash: null,
          details: { mode: key.mode, name: key.name },
        });
      });
    },
  };
}
