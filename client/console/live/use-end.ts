import type { Session } from "@nexbasira/core/contract/session.ts";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/keys.ts";
import { cancelSession, endSession } from "../api/sessions.ts";

/** Ends the session; cancels one that nobody has joined. Afterwards the session's page shows what came of it. */
export function useEnd(session: Session): UseMutationResult<void, Error, void> {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => (session.status === "pending" ? cancelSession(session.id) : endSession(session.id)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.session(session.id) }),
  });
}
