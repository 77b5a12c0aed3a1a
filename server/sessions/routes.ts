import { endSession } from "@nexbasira/core/actions/end-session.ts";
import { CreateInvitation, CreateSession, SessionStatus } from "@nexbasira/core/contract/session.ts";
import { listSessions } from "@nexbasira/core/database/sessions.ts";
import { loadSession, loadSessions } from "@nexbasira/core/resources/load-session.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import type { Router } from "express";
import { z } from "zod";
import type { ServerContext } from "../context.ts";
import { requirePermission } from "../http/authenticate.ts";
import { type CallerRequest, callerRouter } from "../http/caller.ts";
import { answerOnce } from "../http/idempotency.ts";
import { ownSession } from "../http/own-session.ts";
import { listAnswer, PageQuery, pageOf } from "../http/pagination.ts";
import { parse } from "../http/problem.ts";
import { createSession } from "./create-session.ts";
import { inviteAgain } from "./invite-again.ts";

/** ISO 8601 with `Z` or an offset. */
const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const ListQuery = PageQuery.extend({
  status: SessionStatus.optional(),
  reference: z.string().min(1).max(120).optional(),
  created_after: Moment.optional(),
  created_before: Moment.optional(),
  mode: z.enum(["live", "test"]).optional(),
});

const EndBody = z.strictObject({}).optional();

/** `/sessions` of the public API. */
export function sessionRoutes(context: ServerContext): Router {
  const router = callerRouter(context);
  const { webhooks } = context.configuration;
  const receivers = { guard: new AddressGuard(webhooks.privateRanges), allowHttp: webhooks.allowHttp };

  router.post("/sessions", async (call) => {
    const { request, caller } = call;
    requirePermission(caller, "sessions:write");
    const body = parse(CreateSession, request.body);
    await answerOnce(context, call, {
      effect: async (transaction) => ({
        status: 201,
        body: await createSession({ ...context, ...receivers }, transaction, {
          org_id: caller.org_id,
          mode: caller.mode ?? "live",
          actor: caller.actor,
          created_by: caller.member?.user_id ?? null,
          request: body,
        }),
      }),
    });
  });

  router.get("/sessions", async ({ request, response, caller }) => {
    requirePermission(caller, "sessions:read");
    const query = parse(ListQuery, request.query);
    const rows = await listSessions(context.database, {
      org_id: caller.org_id,
      mode: caller.mode ?? query.mode,
      status: query.status,
      reference: query.reference,
      created_after: query.created_after,
      created_before: query.created_before,
      before_id: query.cursor,
      limit: query.limit + 1,
    });
    const page = pageOf(rows, query.limit);
    const data = await loadSessions(context.database, context.links, page.rows);
    response.json(listAnswer(page, data));
  });

  router.get("/sessions/:id", async ({ request, response, caller }) => {
    requirePermission(caller, "sessions:read");
    response.json(
      await loadSession(context.database, context.links, await ownSession(context.database, caller, request.params.id)),
    );
  });

  const end = async (call: CallerRequest) => {
    const { request, caller } = call;
    requirePermission(caller, "sessions:write");
    parse(EndBody, request.body);
    const session = await ownSession(context.database, caller, request.params.id);
    await answerOnce(context, call, {
      effect: async (transaction) => {
        const by = caller.member ? "console" : "api";
        const ended = await endSession(context, transaction, { session_id: session.id, by, actor: caller.actor });
        return { status: 200, body: await loadSession(transaction, context.links, ended) };
      },
    });
  };
  router.delete("/sessions/:id", end);
  router.post("/sessions/:id/end", end);

  router.post("/sessions/:id/invitations", async (call) => {
    const { request, caller } = call;
    requirePermission(caller, "sessions:write");
    const body = parse(CreateInvitation, request.body ?? {});
    const session = await ownSession(context.database, caller, request.params.id);
    await answerOnce(context, call, {
      effect: async (transaction) => ({
        status: 201,
        body: await inviteAgain(context, transaction, session, body, caller.actor),
      }),
    });
  });

  return router.express;
}
