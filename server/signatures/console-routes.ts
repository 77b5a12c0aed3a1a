import { closeSignatureRequest } from "@nexbasira/core/actions/close-signature-request.ts";
import { AppError } from "@nexbasira/core/contract/errors.ts";
import type { ServerContext } from "../context.ts";
import type { ConsoleHandlers } from "../http/handlers.ts";
import { ownSession } from "../http/own-session.ts";
import { askSignerAgain } from "./ask-signer-again.ts";
import { confirmIdentity } from "./confirm-identity.ts";
import { loadSessionSigning } from "./load-session-signing.ts";
import { setCodeRecipient } from "./set-code-recipient.ts";

type SignatureHandlers = ConsoleHandlers<
  "confirmIdentity" | "setCodeRecipient" | "askSignerAgain" | "stopAwaitingSigner"
>;

/** What members do for a participant's signature. */
export function signatureHandlers(context: ServerContext): SignatureHandlers {
  const { database } = context;
  return {
    confirmIdentity: async ({ caller, params, body }) => {
      const session = await ownSession(database, caller, params.id);
      return {
        effect: async (transaction) => {
          await confirmIdentity(transaction, session, caller.member, body);
          return loadSessionSigning(transaction, session.id);
        },
      };
    },

    setCodeRecipient: async ({ caller, params, body }) => {
      const session = await ownSession(database, caller, params.id);
      return {
        effect: async (transaction) => {
          await setCodeRecipient(transaction, session, body, caller.actor);
          return loadSessionSigning(transaction, session.id);
        },
      };
    },

    askSignerAgain: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      return {
        effect: async (transaction) => {
          await askSignerAgain(context, transaction, session, caller.actor);
          return loadSessionSigning(transaction, session.id);
        },
      };
    },

    stopAwaitingSigner: async ({ caller, params }) => {
      const session = await ownSession(database, caller, params.id);
      return {
        effect: async (transaction) => {
          const end = { as: "given_up", actor: caller.actor } as const;
          const stopped = await closeSignatureRequest(context, transaction, session, end);
          if (!stopped) throw new AppError("conflict", "The report waits for no signature.");
          return loadSessionSigning(transaction, session.id);
        },
      };
    },
  };
}
