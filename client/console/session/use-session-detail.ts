import type { SessionDetail } from "@nexbasira/core/contract/console.ts";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { queryKeys } from "../api/keys.ts";
import { readSessionDetail } from "../api/sessions.ts";

/** Progress within a stage is not announced: it is looked at this often. */
const LOOK_AT_PROGRESS_MS = 3_000;

/** A session with all that belongs to it; read again whenever a notice says that it changed. */
export function useSessionDetail(id: string): UseQueryResult<SessionDetail> {
  return useQuery({
    queryKey: queryKeys.session(id),
    queryFn: ({ signal }) => readSessionDetail(id, signal),
    refetchInterval: ({ state }) => (isWorkedOn(state.data) ? LOOK_AT_PROGRESS_MS : false),
  });
}

/** Whether workers are still at it, or have yet to begin. */
function isWorkedOn(detail: SessionDetail | undefined): boolean {
  if (detail?.session.status !== "completed") return false;
  return !detail.stages.some(({ state }) => state === "failed") && detail.evidence_file.status !== "ready";
}
