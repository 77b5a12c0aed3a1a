import type { SessionSigning } from "@nexbasira/core/contract/console.ts";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/keys.ts";

/** Does something for a session's signature; what the session's page shows is then read again. */
export function useSigningMutation<Body>(
  sessionId: string,
  send: (id: string, body: Body) => Promise<SessionSigning>,
): UseMutationResult<SessionSigning, Error, Body> {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (body: Body) => send(sessionId, body),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.session(sessionId) }),
  });
}
