import { useQueryClient } from "@tanstack/react-query";
import { queryKeys } from "../api/keys.ts";

/** Reads a session and the lists of what is kept again, after something of it has changed. */
export function useRereadSession(id: string): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await Promise.all(
      [queryKeys.session(id), queryKeys.retention].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
    );
  };
}
