import { type Kysely, sql } from "kysely";

/** What the delivery log shows of an attempt, and deliveries that are sent again. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(database);
}

const STATEMENTS = `
alter table delivery_attempts
  add column request_headers jsonb not null default '{}',
  add column response_headers jsonb not null default '{}';
alter table delivery_attempts alter column request_headers drop default, alter column response_headers drop default;
-- Attempts made before it was last sent again: the schedule of retries counts from there.
alter table deliveries add column attempts_before integer not null default 0;
-- Workers say now and then that they are there; what a dead one has claimed is given back.
create table delivery_workers (
  id text primary key,
  seen_at timestamptz not null default now()
);
alter table deliveries add column leased_by text;
-- A lease is in no index, and has room in the page of what it is taken on: it changes the row alone.
drop index deliveries_in_flight;
alter table deliveries set (fillfactor = 60);
-- A key reads the deliveries of its own mode.
alter table deliveries add column mode text check (mode in ('live', 'test'));
update deliveries set mode = e.mode from webhook_endpoints e where e.id = deliveries.endpoint_id;
alter table deliveries alter column mode set not null;
create index on deliveries (org_id, mode, id desc);
-- The console counts attempts by the hour and the day.
create index on delivery_attempts (started_at);
-- What the retention job looks for.
create index on deliveries (created_at);
create index on events (created_at);
`;
