import type { Sandbox } from "@nexbasira/core/contract/sandbox.ts";
import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/keys.ts";
import { createSandbox } from "../api/landing.ts";

/** The sandbox that was made in this tab. It is kept as long as the tab is: its key can never be read again. */
export function useSandbox(): Sandbox | undefined {
  return useQuery<Sandbox>({
    queryKey: queryKeys.sandbox,
    queryFn: skipToken,
    gcTime: Number.POSITIVE_INFINITY,
    staleTime: Number.POSITIVE_INFINITY,
  }).data;
}

/** The one step to a sandbox. The browser is then signed in as its owner, whoever it was signed in as before. */
export function useCreateSandbox() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: createSandbox,
    // Without a network it fails at once and says so, instead of waiting for one.
    networkMode: "always",
    onSuccess: (sandbox) => {
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== queryKeys.landing[0] });
      queryClient.setQueryData(queryKeys.sandbox, sandbox);
      return queryClient.invalidateQueries({ queryKey: queryKeys.landing });
    },
  });
}
