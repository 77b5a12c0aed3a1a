import type { Instance } from "./instance.ts";
import { waitFor } from "./wait-for.ts";

/** The newest one-time code of a session, as its owner reads it in the message. */
export function readCode(instance: Instance, sessionId: string): Promise<string> {
  return waitFor(
    "the code's message",
    async () => {
      const newest = await instance.testDatabase.database
        .selectFrom("outbox_messages")
        .innerJoin("signature_codes", "signature_codes.id", "outbox_messages.code_id")
        .select("outbox_messages.body_text")
        .where("signature_codes.session_id", "=", sessionId)
        .orderBy("signature_codes.id", "desc")
        .executeTakeFirst();
      return /^(\d{6}) |\n(\d{6})\n/
        .exec(newest?.body_text ?? "")
        ?.slice(1)
        .find(Boolean);
    },
    20_000,
  );
}
