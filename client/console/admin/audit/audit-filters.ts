import { ID_PREFIX } from "@nexbasira/core/contract/ids.ts";

/** What the list shows, as the address holds it. Days are local ones: `2026-05-23`. */
export interface AuditFilters {
  /** The id of a session, or of what something was done to. */
  about: string;
  action: string;
  actor: string;
  from: string;
  to: string;
}

export const NO_FILTERS: AuditFilters = { about: "", action: "", actor: "", from: "", to: "" };

const NAMES = ["about", "action", "actor", "from", "to"] as const;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const ACTION = /^[a-z_]{1,40}\.[a-z_]{1,40}$/;
const ACTOR = /^(member|participant|api_key|system):[\w-]{1,64}$/;
const ID = /^[\w-]{1,64}$/;

/** The filters of an address; what cannot be one is left out rather than refused. */
export function filtersFromAddress(address: URLSearchParams): AuditFilters {
  const read = (name: string, form: RegExp) => {
    const text = address.get(name)?.trim() ?? "";
    return form.test(text) ? text : "";
  };
  return {
    about: read("about", ID),
    action: read("action", ACTION),
    actor: read("actor", ACTOR),
    from: read("from", DAY),
    to: read("to", DAY),
  };
}

/** The address with these filters, and nothing else of it changed. */
export function addressWithFilters(address: URLSearchParams, filters: AuditFilters): URLSearchParams {
  const next = new URLSearchParams(address);
  for (const name of NAMES) {
    if (filters[name] === "") next.delete(name);
    else next.set(name, filters[name]);
  }
  return next;
}

/** The API's query. From the first day's midnight to that after the last, in local time. */
export function queryOfFilters({ about, action, actor, from, to }: AuditFilters): URLSearchParams {
  const query = new URLSearchParams();
  if (about !== "") query.set(about.startsWith(ID_PREFIX.session) ? "session_id" : "object", about);
  if (action !== "") query.set("action", action);
  if (actor !== "") query.set("actor", actor);
  if (from !== "") query.set("since", midnight(from, 0));
  if (to !== "") query.set("until", midnight(to, 1));
  return query;
}

function midnight(day: string, plusDays: number): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date + plusDays).toISOString();
}

export function isFiltered(filters: AuditFilters): boolean {
  return NAMES.some((name) => filters[name] !== "");
}
