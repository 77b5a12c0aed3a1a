import { deleteContents } from "@nexbasira/core/actions/delete-contents.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { RetainedSession } from "@nexbasira/core/contract/retention.ts";
import { type Database, inTransaction } from "@nexbasira/core/database/database.ts";
import { findRetainedSession, listRetainedSessions } from "@nexbasira/core/database/retained-sessions.ts";
import { toRetainedSession } from "@nexbasira/core/resources/retained-session-resource.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { ownSession } from "../http/own-session.ts";
import { idOfCursor, pageOf } from "../http/pagination.ts";
import { removeLegalHold, setLegalHold } from "./legal-hold.ts";

type RetentionHandlers = ConsoleHandlers<
  "listRetainedSessions" | "setLegalHold" | "removeLegalHold" | "deleteEvidence"
>;

/** What is kept of sessions, in the console: holds, and deletion by hand. */
export function retentionHandlers({ database, jobs }: Pick<ServerContext, "database" | "jobs">): RetentionHandlers {
  async function retainedSession(reader: Database, id: string): Promise<RetainedSession> {
    const row = await findRetainedSession(reader, id);
    if (!row) throw new Error("a session is not there any more");
    return toRetainedSession(row);
  }

  return {
    listRetainedSessions: async ({ caller: { org_id }, query: { limit, cursor, state } }) => {
      const before_id = idOfCursor("session", cursor);
      const rows = await listRetainedSessions(database, { org_id, state, before_id, limit: limit + 1 });
      return pageOf(rows, limit, rows.map(toRetainedSession));
    },

    setLegalHold: async ({ caller, params, body }) => {
      const session = await ownSession(database, caller, params.id);
      return {
        effect: async (transaction) => {
          await setLegalHold(transaction, session, { actor: caller.actor, reason: body.reason });
          return retainedSession(transaction, session.id);
        },
      };
    },

    removeLegalHold: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      await inTransaction(database, (transaction) => removeLegalHold(transaction, session, caller.actor));
    },

    deleteEvidence: async ({ caller, params, body }) => {
      const session = await ownSession(database, caller, params.id);
      if (body.reference !== session.reference) {
        throw new AppError("validation_error", "reference: is not this session's", { param: "reference" });
      }
      return {
        effect: async (transaction) => {
          const deletion = { session_id: session.id, by: "hand", actor: caller.actor } as const;
          await deleteContents({ jobs }, transaction, deletion);
          return retainedSession(transaction, session.id);
        },
      };
    },
  };
}
