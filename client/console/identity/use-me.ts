import type { Me } from "@nexbasira/core/contract/console.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { readMe } from "../api/identity.ts";
import { queryKeys } from "../api/keys.ts";

/** Who is signed in; `data` is null when nobody is. */
export function useMe(): UseQueryResult<Me | null> {
  return useQuery({ queryKey: queryKeys.me, queryFn: ({ signal }) => readMe(signal), staleTime: 5 * 60_000 });
}
