import { ConsoleNotice } from "@nexbasira/core/contract/console.ts";
import { type InfiniteData, type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { matchesQuery } from "../sessions/session-filters.ts";
import { queryKeys } from "./keys.ts";
import { withSession } from "./session-pages.ts";
import { readSession, type SessionPage } from "./sessions.ts";

/** Instead of a session's id: notices may have been lost, everything is read again. */
const ALL_SESSIONS = "*";
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
    const source = new EventSource("/console/api/events");
    let wasCut = false;
    source.onmessage = (message: MessageEvent<string>) => {
      const notice = parseNotice(message.data);
      if (notice === undefined) return;
      const id = notice.session_id;
      if (id === ALL_SESSIONS) return void queryClient.invalidateQueries();
      clearTimeout(waiting.get(id));
      waiting.set(
        id,
        setTimeout(() => {
          waiting.delete(id);
          void queryClient.invalidateQueries({ queryKey: queryKeys.session(id) });
          void queryClient.invalidateQueries({ queryKey: queryKeys.outbox });
          void refreshRow(queryClient, id);
        }, GATHER_MS),
      );
    };
    source.onerror = () => {
      wasCut = true;
    };
    source.onopen = () => {
      // What happened while the stream was cut was not told.
      if (wasCut) void queryClient.invalidateQueries();
      wasCut = false;
    };
    return () => {
      source.close();
      for (const timer of waiting.values()) clearTimeout(timer);
    };
  }, [queryClient]);
}

function parseNotice(data: string): ConsoleNotice | undefined {
  try {
    return ConsoleNotice.safeParse(JSON.parse(data)).data;
  } catch {
    // Not JSON: a notice of a newer server than this page; the next reading of the list shows what it was about.
    return undefined;
  }
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
