import { endSession } from "@nexbasira/core/actions/end-session.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { auditActor } from "./audit-actor.ts";
import type { MessageHandlers } from "./message-handler.ts";

export const sessionMessages = {
  /** The room hears of the end as every process does, from the database, and closes then. */
  "session.end": async ({ services, room, person }) => {
    await inTransaction(services.database, async (transaction) =>
      endSession(services, transaction, {
        session_id: room.session.id,
        by: "console",
        actor: await auditActor(transaction, person),
      }),
    );
    return {};
  },
} satisfies Partial<MessageHandlers>;
