import { ApiError } from "@nexbasira/ui/api-error.ts";
import { QueryClient } from "@tanstack/react-query";

/** Twice more after a failure that may pass; never where the server has answered what is wrong. */
const TRIES_AGAIN = 2;

/** Answers stay valid until a notice says otherwise (`use-session-notices.ts`); so nothing is read again without cause. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < TRIES_AGAIN && error instanceof ApiError && (error.status === 0 || error.status === 503),
      },
    },
  });
}
