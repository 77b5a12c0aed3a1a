import type { SessionPage } from "@nexbasira/core/contract/session.ts";
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { matchesQuery } from "../sessions/session-filters.ts";
import { queryKeys } from "./keys.ts";
import { NoticeStream } from "./notice-stream.ts";
import { withSession } from "./session-pages.ts";
import { readSession } from "./sessions.ts";

/** Notices of one session that come together, as at its end, cost one call. */
const GATHER_MS = 150;

/**
 * Keeps what the console shows current, for as long as the component is there: on a notice the session is read again,
 * and its row in each list is put in place, however many rows are loaded.
 */
export function useSessionNotices(): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const waiting = new Map<string, ReturnType<typeof setTimeout>>();
    const refresh = (id: string) => {
      waiting.delete(id);
      void queryClient.invalidateQueries({ queryKey: queryKeys.session(id) });
      void queryClient.invalidateQueries({ queryKey: queryKeys.outbox });
      void refreshRow(queryClient, id);
    };
    const stream = new NoticeStream({
      onSession: (id) => {
        clearTimeout(waiting.get(id));
        waiting.set(
          id,
          setTimeout(() => refresh(id), GATHER_MS),
        );
      },
      onGap: () => void queryClient.invalidateQueries(),
    });
    return () => {
      stream.close();
      for (const timer of waiting.values()) clearTimeout(timer);
    };
  }, [queryClient]);
}

/** A row that cannot be read now keeps what it shows; the list's next reading brings it up to date. */
async function refreshRow(queryClient: QueryClient, id: string): Promise<void> {
  const lists = queryClient.getQueriesData<InfiniteData<SessionPage>>({ queryKey: queryKeys.sessionLists });
  if (lists.length === 0) return;
  const session = await readSession(id).catch(() => undefined);
  if (session === undefined) return;
  for (const [key] of lists) {
    const matches = matchesQuery(session, new URLSearchParams(String(key[1])));
    queryClient.setQueryData<InfiniteData<SessionPage>>(key, (data) => data && withSession(data, session, matches));
  }
}
