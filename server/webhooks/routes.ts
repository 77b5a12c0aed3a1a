import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { CreateWebhookEndpoint, DeliveryStatus, UpdateWebhookEndpoint } from "@nexbasira/core/contract/webhook.ts";
import { inTransaction, type Transaction } from "@nexbasira/core/database/database.ts";
import { dropWaitingDeliveries, listDeliveries } from "@nexbasira/core/database/deliveries.ts";
import { notifyDeliveries } from "@nexbasira/core/database/notify.ts";
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
import type { Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { requirePermission } from "../http/authenticate.ts";
import { type CallerRequest, callerRouter } from "../http/caller.ts";
import { answerOnce } from "../http/idempotency.ts";
import { listAnswer, PageQuery, pageOf } from "../http/pagination.ts";
import { parse } from "../http/problem.ts";
import { createEndpoint, probeReceiver } from "./create-endpoint.ts";
import { toWebhookEndpoint, toWebhookEvent } from "./endpoint-resource.ts";

const EventsQuery = PageQuery.extend({ endpoint: z.string().max(64).optional(), status: DeliveryStatus.optional() });
/** What enabling an endpoint resets. */
const RESUMED = { disabled_at: null, failures_in_a_row: 0, first_failure_at: null };
const PATHS = ["/webhook-endpoints", "/webhooks"];

/** `/webhook-endpoints` (also `/webhooks`) and `/webhook-events` of the public API. */
export function webhookRoutes(context: ServerContext): Router {
  const { database, configuration } = context;
  const router = callerRouter(context);
  const guard = new AddressGuard(configuration.webhooks.privateRanges);
  const receivers = { agent: createReceiverAgent(guard), guard, allowHttp: configuration.webhooks.allowHttp };

  async function ownEndpoint({ request, caller }: CallerRequest) {
    const endpoint = await findWebhookEndpoint(database, caller.org_id, request.params.id ?? "");
    if (!endpoint) throw new AppError("not_found", "There is no such webhook endpoint.");
    return endpoint;
  }

  for (const path of PATHS) {
    router.post(path, async (call) => {
      const { request, caller } = call;
      requirePermission(caller, "webhooks:write");
      const body = parse(CreateWebhookEndpoint, request.body);
      const secret = newSigningSecret();
      await answerOnce(context, call, {
        before: () => probeReceiver(receivers, { org_id: caller.org_id, url: body.url, secrets: [secret] }),
        effect: async (transaction) => {
          const endpoint = { org_id: caller.org_id, actor: caller.actor, secret, request: body };
          return { status: 201, body: await createEndpoint(configuration, transaction, endpoint) };
        },
      });
    });

    router.get(path, async ({ request, response, caller }) => {
      requirePermission(caller, "webhooks:read");
      const { limit, cursor } = parse(PageQuery, request.query);
      const rows = await listWebhookEndpoints(database, { org_id: caller.org_id, before_id: cursor, limit: limit + 1 });
      const page = pageOf(rows, limit);
      const data = page.rows.map((row) => toWebhookEndpoint(row));
      response.json(listAnswer(page, data));
    });

    router.get(`${path}/:id`, async (call) => {
      requirePermission(call.caller, "webhooks:read");
      call.response.json(toWebhookEndpoint(await ownEndpoint(call)));
    });

    router.patch(`${path}/:id`, async (call) => {
      requirePermission(call.caller, "webhooks:write");
      const change = parse(UpdateWebhookEndpoint, call.request.body);
      const endpoint = await ownEndpoint(call);
      if (change.url !== undefined && change.url !== endpoint.url) await probeNewUrl(endpoint, change.url);
      if (Object.keys(change).length > 0) {
        await inTransaction(database, async (transaction) => {
          const resumed = change.active === true ? RESUMED : {};
          await updateWebhookEndpoint(transaction, endpoint.id, { ...change, ...resumed });
          if (change.active === true) await notifyDeliveries(transaction);
          await logChange(transaction, call, "webhook_endpoint.updated", endpoint.id);
        });
      }
      call.response.json(toWebhookEndpoint(await ownEndpoint(call)));
    });

    router.delete(`${path}/:id`, async (call) => {
      requirePermission(call.caller, "webhooks:write");
      const endpoint = await ownEndpoint(call);
      await inTransaction(database, async (transaction) => {
        // The deliveries first: an attempt, too, locks its delivery before its endpoint.
        await dropWaitingDeliveries(transaction, endpoint.id);
        await updateWebhookEndpoint(transaction, endpoint.id, { deleted_at: new Date(), active: false });
        await logChange(transaction, call, "webhook_endpoint.deleted", endpoint.id);
      });
      call.response.status(204).end();
    });
  }

  /** A new address has to answer as one at creation does. */
  async function probeNewUrl(endpoint: { id: string; org_id: number }, url: string): Promise<void> {
    const rows = await listValidSecrets(database, endpoint.org_id, endpoint.id);
    const secrets = rows.map(({ encrypted }) => decryptFernet(configuration.masterKeys, encrypted));
    await probeReceiver(receivers, { org_id: endpoint.org_id, url, secrets });
  }

  router.get("/webhook-events", async ({ request, response, caller }) => {
    requirePermission(caller, "webhooks:read");
    const query = parse(EventsQuery, request.query);
    const rows = await listDeliveries(database, {
      org_id: caller.org_id,
      endpoint: query.endpoint,
      status: query.status,
      before_id: query.cursor,
      limit: query.limit + 1,
    });
    const page = pageOf(rows, query.limit);
    const data = page.rows.map(toWebhookEvent);
    response.json(listAnswer(page, data));
  });

  return router.express;
}

function logChange(transaction: Transaction, { caller }: CallerRequest, action: string, id: string): Promise<void> {
  return appendAuditEntry(transaction, caller.org_id, {
    actor: caller.actor,
    action,
    session_id: null,
    object: { type: "webhook_endpoint", id },
    object_hash: null,
  });
}
