import type { Session } from "@nexbasira/core/contract/session.ts";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { queryKeys } from "../api/keys.ts";
import { listSessions } from "../api/sessions.ts";
import { queryOfFilters, type SessionFilters } from "./session-filters.ts";

export interface SessionPages {
  /** Undefined until the first page is there. */
  rows: Session[] | undefined;
  hasMore: boolean;
  isLoadingMore: boolean;
  error: Error | null;
  loadMore: () => void;
  retry: () => void;
}

/** The sessions that match, newest first, page by page as they are asked for. */
export function useSessionPages(filters: SessionFilters): SessionPages {
  const query = queryOfFilters(filters, new Date()).toString();
  const pages = useInfiniteQuery({
    queryKey: queryKeys.sessionList(query),
    queryFn: ({ pageParam, signal }) => listSessions(new URLSearchParams(query), pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
  const rows = useMemo(() => pages.data?.pages.flatMap((page) => page.data), [pages.data]);
  return {
    rows,
    hasMore: pages.hasNextPage,
    isLoadingMore: pages.isFetchingNextPage,
    error: pages.error,
    loadMore: () => {
      if (!pages.isFetching) void pages.fetchNextPage();
    },
    retry: () => void (rows === undefined ? pages.refetch() : pages.fetchNextPage()),
  };
}
