import { type Session, SessionStatus } from "@nexbasira/core/contract/session.ts";

/** How far back the list goes. */
export const PERIODS = ["today", "7d", "30d"] as const;
type Period = (typeof PERIODS)[number];

export interface SessionFilters {
  status: SessionStatus | undefined;
  reference: string;
  period: Period | undefined;
}

/** The filters as an address holds them; what it does not know is left out rather than refused. */
export function filtersFromAddress(address: URLSearchParams): SessionFilters {
  const period = address.get("period");
  return {
    status: SessionStatus.safeParse(address.get("status")).data,
    reference: (address.get("reference") ?? "").trim(),
    period: PERIODS.find((known) => known === period),
  };
}

/** The address with these filters. Everything else in it stays as it is. */
export function addressWithFilters(address: URLSearchParams, filters: SessionFilters): URLSearchParams {
  const next = new URLSearchParams(address);
  put(next, "status", filters.status);
  put(next, "reference", filters.reference.trim());
  put(next, "period", filters.period);
  return next;
}

/** The public API's query for these filters. `now` gives the day that a period is counted from, in local time. */
export function queryOfFilters(filters: SessionFilters, now: Date): URLSearchParams {
  const query = new URLSearchParams();
  put(query, "status", filters.status);
  put(query, "reference", filters.reference);
  put(query, "created_after", filters.period === undefined ? undefined : startOf(filters.period, now));
  return query;
}

/** Whether a session belongs into the list of this query, as far as the page can tell; the server's answer decides. */
export function matchesQuery(
  session: Pick<Session, "status" | "reference" | "created_at">,
  query: URLSearchParams,
): boolean {
  const status = query.get("status");
  const reference = query.get("reference")?.toLowerCase() ?? "";
  const createdAfter = query.get("created_after") ?? "";
  return (
    (status === null || session.status === status) &&
    session.reference.toLowerCase().includes(reference) &&
    session.created_at >= createdAfter
  );
}

export function isFiltered(filters: SessionFilters): boolean {
  return filters.status !== undefined || filters.reference !== "" || filters.period !== undefined;
}

const DAYS_BACK: Record<Period, number> = { today: 0, "7d": 6, "30d": 29 };

/** From midnight on, so that the same day gives the same query. */
function startOf(period: Period, now: Date): string {
  const start = new Date(now.getFullYear(), now.getMonth(), now.getDate() - DAYS_BACK[period]);
  return `${start.toISOString().slice(0, 19)}Z`;
}

function put(params: URLSearchParams, name: string, value: string | undefined): void {
  if (value === undefined || value === "") params.delete(name);
  else params.set(name, value);
}
