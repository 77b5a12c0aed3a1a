import { ApiError } from "@nexbasira/ui/api-error.ts";
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { queryKeys } from "./keys.ts";

/** Twice more after a failure that may pass; never where the server has answered what is wrong. */
const TRIES_AGAIN = 2;

/**
 * Answers stay valid until a notice says otherwise (`use-session-notices.ts`); so nothing is read again without cause. A
 * call that is refused because the sign-in has ended leads to the sign-in page.
 */
export function makeQueryClient(): QueryClient {
  const onError = (error: Error) => {
    if (error instanceof ApiError && error.status === 401) client.setQueryData(queryKeys.me, null);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < TRIES_AGAIN && error instanceof ApiError && (error.status === 0 || error.status === 503),
      },
    },
  });
  return client;
}
