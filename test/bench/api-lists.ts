import type { Database } from "@nexbasira/core/database/database.ts";
import { type SqlBool, sql } from "kysely";
import { z } from "zod";
import { type Measured, percentile } from "../helpers/bench-report.ts";
import type { Installation } from "../helpers/installation.ts";
import type { BenchContext } from "./bench.ts";
import type { Load } from "./http-load.ts";
import { COMMON_REFERENCE, fillWithSessions } from "./many-sessions.ts";

const LIMIT = 100;
const TIMES = 15;
const DAY_MS = 86_400_000;

const Page = z.object({ data: z.array(z.object({ id: z.string() })), has_more: z.boolean() });

interface List {
  name: string;
  query: Record<string, string>;
  /** Which sessions these are, to find the place of a page without walking to it. */
  where?: ReturnType<typeof sql<SqlBool>>;
}

/** Where in a list a page stands: how many sessions of the list are older than its first. */
type Place = "first" | "middle" | "last";

/**
 * Pages of the sessions of an organization that has very many, with and without filters, each beside the first page of
 * all of them. The pages take turns.
 */
export async function measureLists(
  { say }: BenchContext,
  { testDatabase: { database } }: Installation,
  { load, headers }: { load: Load; headers: Record<string, string> },
  count: number,
): Promise<Measured[]> {
  const { org_id } = await database.selectFrom("api_keys").select("org_id").executeTakeFirstOrThrow();
  say(`making ${count} sessions`);
  const oldest = await fillWithSessions(database, org_id, count);
  const places: Place[] = ["first", "middle", "last"];
  const pages: { name: string; path: string; last: boolean; times: number[] }[] = [];
  for (const list of describeLists(oldest)) {
    for (const place of places) {
      const cursor = await cursorOf(database, org_id, list, place);
      if (cursor === null) continue;
      const query = new URLSearchParams({ ...list.query, limit: String(LIMIT), ...cursor });
      pages.push({
        name: `${list.name}, ${place} page`,
        path: `/v1/sessions?${query}`,
        last: place === "last",
        times: [],
      });
    }
  }
  for (let time = 0; time <= TIMES; time++) {
    for (const { name, path, last, times } of pages) {
      const begun = performance.now();
      const text = await load.send({ method: "GET", path, headers }, 200);
      // The first time brings the pages of the database into memory.
      if (time > 0) times.push(performance.now() - begun);
      const { data, has_more } = Page.parse(JSON.parse(text));
      if (last ? has_more : data.length !== LIMIT) throw new Error(`${name}: ${data.length} sessions`);
    }
  }
  const baseline = percentile(pages[0]?.times ?? [], 0.5);
  return pages.map(({ name, times }, i) => ({
    name,
    value: percentile(times, 0.5),
    unit: "ms",
    ...(i === 0 ? {} : { baseline, goal: { mostRatio: 2, of: "the first page" } }),
  }));
}

/** Windows of time are at the far end, where nothing but an index leads. */
function describeLists(oldest: Date): List[] {
  const at = (days: number) => new Date(oldest.getTime() + days * DAY_MS);
  const [week, month] = [at(7), at(30)];
  return [
    { name: "all sessions", query: {} },
    { name: "status, common", query: { status: "completed" }, where: sql`status = 'completed'` },
    { name: "status, rare", query: { status: "expired" }, where: sql`status = 'expired'` },
    { name: "status, rare and old", query: { status: "cancelled" }, where: sql`status = 'cancelled'` },
    {
      name: "reference, common",
      query: { reference: COMMON_REFERENCE },
      where: sql`reference = ${COMMON_REFERENCE}`,
    },
    { name: "reference, of one", query: { reference: "INS-4242" }, where: sql`reference = 'INS-4242'` },
    {
      name: "created before, old",
      query: { created_before: month.toISOString() },
      where: sql`created_at < ${month}`,
    },
    {
      name: "created in a week, old",
      query: { created_after: week.toISOString(), created_before: at(14).toISOString() },
      where: sql`created_at > ${week} and created_at < ${at(14)}`,
    },
    {
      name: "status and created before, old",
      query: { status: "completed", created_before: month.toISOString() },
      where: sql`status = 'completed' and created_at < ${month}`,
    },
  ];
}

/** What leads to a page; null when the list has only its last page and another one is asked for. */
async function cursorOf(
  database: Database,
  orgId: number,
  list: List,
  place: Place,
): Promise<Record<string, string> | null> {
  const where = sql`org_id = ${orgId} and ${list.where ?? sql`true`}`;
  const counted = await sql<{ count: number }>`select count(*) from sessions where ${where}`.execute(database);
  const count = counted.rows[0]?.count ?? 0;
  if (count <= LIMIT) return place === "last" ? {} : null;
  if (place === "first") return {};
  const older = place === "last" ? LIMIT : Math.floor(count / 2);
  const { rows } = await sql<{ id: string }>`
    select id from sessions where ${where} order by id offset ${older} limit 1`.execute(database);
  return { cursor: (rows[0]?.id ?? "").slice("sess_".length) };
}
