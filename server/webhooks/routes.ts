import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { Mode } from "@nexbasira/core/contract/session.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import {
  dropWaitingDeliveries,
  findDelivery,
  listAttempts,
  listDeliveries,
} from "@nexbasira/core/database/deliveries.ts";
import {
  findWebhookEndpoint,
  listValidSecrets,
  listWebhookEndpoints,
  updateWebhookEndpoint,
} from "@nexbasira/core/database/webhook-endpoints.ts";
import { decryptFernet } from "@nexbasira/core/secrets/fernet.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import { createReceiverAgent } from "@nexbasira/core/webhooks/post-payload.ts";
import { newSigningSecret } from "@nexbasira/core/webhooks/sign-payload.ts";
import type { ServerContext } from "../context.ts";
import type { Caller } from "../http/authenticate.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { idOfCursor, pageOf } from "../http/pagination.ts";
import { createEndpoint, probeReceiver } from "./create-endpoint.ts";
import { toWebhookEndpoint, toWebhookEvent, toWebhookEventDetail } from "./endpoint-resource.ts";
import { fireTest } from "./fire-test.ts";
import { resend } from "./resend.ts";
import { updateEndpoint } from "./update-endpoint.ts";

type WebhookHandlers = PublicHandlers<
  | "createWebhookEndpoint"
  | "listWebhookEndpoints"
  | "readWebhookEndpoint"
  | "updateWebhookEndpoint"
  | "deleteWebhookEndpoint"
  | "testWebhookEndpoint"
  | "listWebhookEvents"
  | "readWebhookEvent"
  | "resendWebhookEvent"
  | "resendWebhookEvents"
>;

/** `/webhook-endpoints` (also `/webhooks`) and `/webhook-events` of the public API. */
export function webhookHandlers({ database, configuration }: ServerContext): WebhookHandlers {
  const guard = new AddressGuard(configuration.webhooks.privateRanges);
  const receivers = { agent: createReceiverAgent(guard), guard, allowHttp: configuration.webhooks.allowHttp };

  async function ownEndpoint(caller: Caller, id: string) {
    const endpoint = await findWebhookEndpoint(database, caller, id);
    if (!endpoint) throw new AppError("not_found", "There is no such webhook endpoint.");
    return endpoint;
  }

  async function ownDelivery(from: Database, caller: Caller, id: string) {
    const delivery = await findDelivery(from, caller, id);
    if (!delivery) throw new AppError("not_found", "There is no such delivery.");
    return delivery;
  }

  /** A new address has to answer as one at creation does. */
  async function probeNewUrl(endpoint: { id: string; org_id: number }, url: string): Promise<void> {
    const rows = await listValidSecrets(database, endpoint.org_id, endpoint.id);
    const secrets = rows.map(({ encrypted }) => decryptFernet(configuration.masterKeys, encrypted));
    await probeReceiver(receivers, { org_id: endpoint.org_id, url, secrets });
  }

  return {
    createWebhookEndpoint: ({ caller, body }) => {
      const secret = newSigningSecret();
      const { org_id, actor } = caller;
      const mode = modeOfNew(caller, body.mode);
      return {
        before: () => probeReceiver(receivers, { org_id, url: body.url, secrets: [secret] }),
        effect: (transaction) =>
          createEndpoint(configuration, transaction, { org_id, mode, actor, secret, request: body }),
      };
    },

    listWebhookEndpoints: async ({ caller, query: { limit, cursor } }) => {
      const before_id = idOfCursor("webhookEndpoint", cursor);
      const { org_id, mode } = caller;
      const rows = await listWebhookEndpoints(database, { org_id, mode, before_id, limit: limit + 1 });
      return pageOf(rows, limit, rows.map(toWebhookEndpoint));
    },

    readWebhookEndpoint: async ({ caller, params }) => toWebhookEndpoint(await ownEndpoint(caller, params.id)),

    updateWebhookEndpoint: async ({ caller, params, body: change }) => {
      const endpoint = await ownEndpoint(caller, params.id);
      if (change.url !== undefined && change.url !== endpoint.url) await probeNewUrl(endpoint, change.url);
      const signing_secret = await inTransaction(database, (transaction) =>
        updateEndpoint(configuration, transaction, { endpoint, actor: caller.actor, change }),
      );
      return {
        ...toWebhookEndpoint(await ownEndpoint(caller, params.id)),
        ...(signing_secret ? { signing_secret } : {}),
      };
    },

    deleteWebhookEndpoint: async ({ caller, params }) => {
      const endpoint = await ownEndpoint(caller, params.id);
      await inTransaction(database, async (transaction) => {
        // The deliveries first: an attempt, too, locks its delivery before its endpoint.
        await dropWaitingDeliveries(transaction, endpoint.id);
        await updateWebhookEndpoint(transaction, endpoint.id, { deleted_at: new Date(), active: false });
        await appendAuditEntry(transaction, caller.org_id, {
          actor: caller.actor,
          action: "webhook_endpoint.deleted",
          session_id: null,
          object: { type: "webhook_endpoint", id: endpoint.id },
          object_hash: null,
        });
      });
    },

    testWebhookEndpoint: async ({ caller, params }) => {
      const endpoint = await ownEndpoint(caller, params.id);
      return {
        effect: async (transaction) => {
          const id = await fireTest(transaction, endpoint, caller.actor);
          return toWebhookEvent(await ownDelivery(transaction, caller, id));
        },
      };
    },

    listWebhookEvents: async ({ caller, query }) => {
      const { limit, cursor, ...filter } = query;
      const before_id = idOfCursor("delivery", cursor);
      const rows = await listDeliveries(database, caller, { ...filter, before_id, limit: limit + 1 });
      return pageOf(rows, limit, rows.map(toWebhookEvent));
    },

    readWebhookEvent: async ({ caller, params }) => {
      const delivery = await ownDelivery(database, caller, params.id);
      return toWebhookEventDetail(delivery, await listAttempts(database, delivery.id));
    },

    resendWebhookEvent: async ({ caller, params }) => {
      const { id, active, deleted_at } = await ownDelivery(database, caller, params.id);
      if (deleted_at) throw new AppError("conflict", "Its endpoint was deleted.");
      if (!active) throw new AppError("endpoint_paused", "Its endpoint is paused. Resume it first.");
      return {
        effect: async (transaction) => {
          await resend(transaction, caller, { id });
          return toWebhookEvent(await ownDelivery(transaction, caller, id));
        },
      };
    },

    resendWebhookEvents: ({ caller, body }) => ({
      effect: async (transaction) => ({ resent: await resend(transaction, caller, body) }),
    }),
  };
}

/** Whose sessions a new endpoint hears of: a caller that sees one mode alone cannot ask for the other. */
function modeOfNew(caller: Caller, asked: Mode | undefined): Mode {
  if (asked !== undefined && caller.mode !== null && asked !== caller.mode) {
    throw new AppError("validation_error", `mode: must be ${caller.mode} here`, { param: "mode" });
  }
  return asked ?? caller.mode ?? "live";
}
