import type { Database } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";

/** What changes with every request that is let in: when a key was last used, how long a sign-in holds. */
const LAST_USES = new Set(["api_keys", "auth_sessions"]);

/** How many rows each table has, and a digest of them where only what a request stores may change it. */
export async function tableDigests(database: Database): Promise<Record<string, string>> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1, 2`.execute(database);
  const digests: Record<string, string> = {};
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ count: number; digest: string }>`
      select count(*)::int as count, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest
      from ${sql.id(schema, name)} t`.execute(database);
    const { count, digest } = rows[0] ?? { count: 0, digest: "" };
    digests[`${schema}.${name}`] = LAST_USES.has(name) ? String(count) : `${count} ${digest}`;
  }
  return digests;
}
