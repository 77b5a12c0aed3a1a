import { endSession } from "@nexbasira/core/actions/end-session.ts";
import type { Transaction } from "@nexbasira/core/database/database.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { listSessions } from "@nexbasira/core/database/sessions.ts";
import { loadSession, loadSessions } from "@nexbasira/core/resources/load-session.ts";
import { AddressGuard } from "@nexbasira/core/webhooks/address-guard.ts";
import type { ServerContext } from "../context.ts";
import type { Caller } from "../http/authenticate.ts";
import type { PublicHandlers } from "../http/handlers.ts";
import { ownSession } from "../http/own-session.ts";
import { idOfCursor, pageOf } from "../http/pagination.ts";
import { createSession } from "./create-session.ts";
import { inviteAgain } from "./invite-again.ts";

type SessionHandlers = PublicHandlers<
  "createSession" | "listSessions" | "readSession" | "endSession" | "deleteSession" | "createInvitation"
>;

/** `/sessions` of the public API. */
export function sessionHandlers(context: ServerContext): SessionHandlers {
  const { database, links } = context;
  const { webhooks } = context.configuration;
  const receivers = { guard: new AddressGuard(webhooks.privateRanges), allowHttp: webhooks.allowHttp };

  async function end(transaction: Transaction, caller: Caller, id: string) {
    const by = caller.member ? "console" : "api";
    const ended = await endSession(context, transaction, { session_id: id, by, actor: caller.actor });
    return loadSession(transaction, links, ended);
  }

  return {
    createSession: ({ caller, body }) => ({
      effect: (transaction) =>
        createSession({ ...context, ...receivers }, transaction, {
          org_id: caller.org_id,
          mode: caller.mode ?? "live",
          actor: caller.actor,
          created_by: caller.member?.user_id ?? null,
          request: body,
        }),
    }),

    listSessions: async ({ caller, query }) => {
      const { limit, cursor, mode, ...filter } = query;
      const rows = await listSessions(database, {
        ...filter,
        org_id: caller.org_id,
        mode: caller.mode ?? mode,
        before_id: idOfCursor("session", cursor),
        limit: limit + 1,
      });
      return pageOf(rows, limit, await loadSessions(database, links, rows.slice(0, limit)));
    },

    readSession: async ({ caller, params }) =>
      loadSession(database, links, await ownSession(database, caller, params.id)),

    endSession: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      return { effect: (transaction) => end(transaction, caller, session.id) };
    },

    deleteSession: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      return inTransaction(database, (transaction) => end(transaction, caller, session.id));
    },

    createInvitation: async ({ caller, params, body }) => {
      const session = await ownSession(database, caller, params.id);
      return { effect: (transaction) => inviteAgain(context, transaction, session, body ?? {}, caller.actor) };
    },
  };
}
