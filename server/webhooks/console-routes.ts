import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { toTimestamp } from "@nexbasira/core/contract/common.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { CallbackSecret } from "@nexbasira/core/contract/webhook-console.ts";
import type { Database } from "@nexbasira/core/database/database.ts";
import { countAttempts } from "@nexbasira/core/database/deliveries.ts";
import { findNewestSecret } from "@nexbasira/core/database/webhook-endpoints.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { rotateSecret } from "./rotate-secret.ts";

type Names = "readWebhookStatistics" | "readCallbackSecret" | "rotateCallbackSecret";

/** What the console's page on webhooks reads besides the public API. */
export function webhookConsoleHandlers({ database, configuration }: ServerContext): ConsoleHandlers<Names> {
  return {
    readWebhookStatistics: async ({ caller, query }) => {
      const steps = await countAttempts(database, caller, query);
      return { data: steps.map((step) => ({ ...step, at: toTimestamp(step.at) })) };
    },

    readCallbackSecret: ({ caller }) => loadCallbackSecret(database, caller.org_id),

    rotateCallbackSecret: ({ caller, body }) => ({
      effect: async (transaction) => {
        const { org_id } = caller;
        const at_once = body?.revoke_previous_secrets ?? false;
        const owner = { org_id, endpoint_id: null };
        const signing_secret = await rotateSecret(configuration, transaction, owner, { at_once });
        await appendAuditEntry(transaction, org_id, {
          actor: caller.actor,
          action: "callback_secret.rotated",
          session_id: null,
          object: { type: "organization", id: String(org_id) },
          object_hash: null,
          details: { revoked_previous: at_once },
        });
        return { ...(await loadCallbackSecret(transaction, org_id)), signing_secret };
      },
    }),
  };
}

async function loadCallbackSecret(database: Database, org_id: number): Promise<CallbackSecret> {
  const secret = await findNewestSecret(database, { org_id, endpoint_id: null });
  if (!secret) throw new AppError("not_found", "The organization has no secret for its callbacks.");
  return {
    secret_prefix: secret.prefix,
    created_at: toTimestamp(secret.created_at),
    previous_secret_expires_at: secret.previous_secret_expires_at && toTimestamp(secret.previous_secret_expires_at),
  };
}
