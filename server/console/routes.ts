import type { ServerContext } from "../context.ts";
import { requirePermission } from "../http/authenticate.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { ownSession } from "../http/own-session.ts";
import { enterAsStaff } from "../sessions/enter-session.ts";
import { openCheck } from "../sessions/open-check.ts";
import { loadOutbox } from "./load-outbox.ts";
import { loadSessionDetail } from "./load-session-detail.ts";
import type { SessionStream } from "./session-stream.ts";

type OwnHandlers = ConsoleHandlers<
  "readMe" | "readSessionDetail" | "joinSession" | "openCheck" | "streamNotices" | "readOutbox"
>;

/** What the console reads besides the public API, by the member's cookie. */
export function consoleHandlers(context: ServerContext, stream: SessionStream): OwnHandlers {
  const { database, configuration } = context;
  return {
    readMe: async ({ caller: { member } }) => ({
      user: { id: String(member.user_id), name: member.name, email: member.email },
      organization: member.organization,
      role: member.role,
      development: configuration.development,
    }),

    readSessionDetail: async ({ caller, params }) =>
      loadSessionDetail(context, await ownSession(database, caller, params.id), caller.actor),

    joinSession: async ({ caller, params, body }) => {
      if (body.role === "inspector") requirePermission(caller, "calls:inspect");
      const session = await ownSession(database, caller, params.id);
      return { effect: (transaction) => enterAsStaff(context, transaction, session, caller.member, body) };
    },

    openCheck: async ({ response }) => {
      response.set("Cache-Control", "no-store");
      return openCheck(context);
    },

    streamNotices: async ({ caller, response }) => stream.subscribe(caller.org_id, response),

    readOutbox: ({ caller }) => loadOutbox(context, caller.org_id),
  };
}
