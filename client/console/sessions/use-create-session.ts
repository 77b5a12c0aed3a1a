import { queryKeys } from "../api/keys.ts";
import { createSession } from "../api/sessions.ts";
import { useIdempotentMutation } from "../api/use-idempotent-mutation.ts";

/** Makes a session. */
export function useCreateSession() {
  return useIdempotentMutation({ send: createSession, invalidates: queryKeys.sessionLists });
}
