import type { Database } from "@nexbasira/core/database/database.ts";
import { sql } from "kysely";

/** How many of the oldest have a status of their own. */
const CANCELLED = 300;
export const COMMON_REFERENCE = "common";
const SPAN_MS = 2 * 365 * 86_400_000;
const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/**
 * Fills an organization with sessions, each with its join link, made at equal distances over the last two years. The
 * oldest 300 are cancelled, one of a thousand has expired, the others are completed; one of a hundred has the common
 * reference, the others one of their own.
 *
 * @returns when the oldest was made.
 */
export async function fillWithSessions(database: Database, orgId: number, count: number): Promise<Date> {
  const oldest = Date.now() - SPAN_MS;
  await sql`
    insert into sessions (id, org_id, mode, type, status, reference, participant_name, participant_channel,
      participant_locale, signature_level, recording, metadata, created_at, expires_at)
    select 'sess_' || ${encoded(sql`ms`)} || upper(left(md5(n::text), 16)), ${orgId}::int, 'test', 'field_inspection',
      case when n < ${CANCELLED}::int then 'cancelled' when n % 1000 = 0 then 'expired' else 'completed' end,
      case when n % 100 = 0 then ${COMMON_REFERENCE} else 'INS-' || n end,
      'Marie Lefèvre', 'link', 'en', 'none', true, '{}',
      to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0) + interval '3 days'
    from generate_series(0, ${count}::int - 1) n
    cross join lateral (select ${oldest}::bigint + n * ${Math.floor(SPAN_MS / count)}::bigint as ms) t`.execute(
    database,
  );
  await sql`
    insert into join_links (id, session_id) select 'jln_' || substr(id, 6), id from sessions
    where org_id = ${orgId} and status in ('completed', 'cancelled', 'expired')`.execute(database);
  // What autovacuum does in its time, so that it does not do it meanwhile.
  await sql`vacuum analyze sessions, join_links`.execute(database);
  return new Date(oldest);
}

/** The first half of an id: ten characters of Crockford's base 32 out of milliseconds. */
function encoded(ms: ReturnType<typeof sql>) {
  const characters = Array.from(
    { length: 10 },
    (_, i) => sql`substr(${CROCKFORD}, ((${ms} >> ${45 - 5 * i}::int) & 31)::int + 1, 1)`,
  );
  return sql.join(characters, sql` || `);
}
