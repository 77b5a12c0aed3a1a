/** The names under which answers are kept. All lists of sessions share their first part. */
export const queryKeys = {
  me: ["me"] as const,
  sessionLists: ["sessions"] as const,
  sessionList: (query: string) => ["sessions", query] as const,
  session: (id: string) => ["session", id] as const,
  outbox: ["outbox"] as const,
};
