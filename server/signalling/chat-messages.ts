import { createHash } from "node:crypto";
import { appendAuditEntry } from "@nexbasira/core/audit/append-audit-entry.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import { countChatMessages, insertChatMessage } from "@nexbasira/core/database/chat-messages.ts";
import { inTransaction } from "@nexbasira/core/database/database.ts";
import { auditActor } from "./audit-actor.ts";
import type { MessageHandlers } from "./message-handler.ts";

const MAX_MESSAGES = 2_000;

export const chatMessages = {
  "chat.send": async ({ services, room, person }, { message_id, audience, text }) => {
    if (audience === "staff" && person.role !== "inspector") {
      throw new AppError("permission_denied", "Only an inspector writes notes.");
    }
    const { database } = services;
    const session_id = room.session.id;
    if ((await countChatMessages(database, session_id)) >= MAX_MESSAGES) {
      throw new AppError("conflict", "This session has as many messages as it may have.");
    }
    const sentAt = await inTransaction(database, async (transaction) => {
      const message = { session_id, message_id, participant_id: person.id, audience, text };
      const sent_at = await insertChatMessage(transaction, message);
      if (!sent_at) return undefined;
      await appendAuditEntry(transaction, room.session.org_id, {
        actor: await auditActor(transaction, person),
        action: "chat.sent",
        session_id,
        object: { type: "chat_message", id: message_id },
        object_hash: createHash("sha256").update(text).digest("hex"),
        details: { audience },
      });
      return sent_at;
    });
    if (sentAt) {
      const { id: participant_id, name, role } = person;
      const message = { message_id, participant_id, name, role, audience, text, sent_at: sentAt.getTime() };
      for (const reader of room.people) {
        if (audience === "everyone" || reader.role !== "participant") reader.connection?.notify("chat.added", message);
      }
    }
    return {};
  },
} satisfies Partial<MessageHandlers>;
