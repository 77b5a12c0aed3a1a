import { type Kysely, sql } from "kysely";

/** Branding, quotas and their use, sandboxes, and the mode of webhook endpoints. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(database);
}

const STATEMENTS = `
alter table organizations
  add column domain text,
  add column logo_key text,
  add column logo_media_type text,
  -- The logo as a small PNG on white, for mails and documents.
  add column logo_raster_key text,
  add column email_sender_name text,
  add column sms_sender_name text,
  -- Where it is null, the installation's applies.
  add column quota_sessions_per_month integer,
  add column quota_minutes_per_month integer,
  add column quota_storage_bytes bigint,
  add column quota_members integer;

-- What an organization has used: by calendar month (UTC, '2026-05'), or in all ('total').
create table usage_counters (
  org_id integer not null references organizations,
  mode text not null check (mode in ('live', 'test')),
  metric text not null check (metric in ('sessions', 'minutes', 'storage_bytes')),
  period text not null,
  value bigint not null,
  primary key (org_id, mode, metric, period)
);
insert into usage_counters
  select org_id, mode, 'sessions', to_char(created_at at time zone 'utc', 'YYYY-MM'), count(*)
  from sessions group by 1, 2, 3, 4;
insert into usage_counters
  select org_id, mode, 'minutes', to_char(completed_at at time zone 'utc', 'YYYY-MM'),
    sum(ceil(extract(epoch from completed_at - started_at) / 60))
  from sessions where status = 'completed' and started_at is not null group by 1, 2, 3, 4;
insert into usage_counters
  select s.org_id, s.mode, 'storage_bytes', 'total', sum(kept.bytes)
  from sessions s join (
    select session_id, size as bytes from evidence_items
    union all select session_id, mkv_size + mp4_size from recordings where status = 'ready'
    union all select session_id, pdf_size from evidence_files where status = 'ready'
  ) kept on kept.session_id = s.id group by 1, 2;

-- An organization that a visitor made. The address is kept as a keyed hash, to count how many it has made.
create table sandboxes (
  org_id integer primary key references organizations,
  address_hash text not null,
  created_at timestamptz not null default now()
);
create index on sandboxes (address_hash, created_at);

alter table api_keys add column created_by integer references users;
create index on api_keys (org_id, id desc);

alter table webhook_endpoints add column mode text not null default 'live' check (mode in ('live', 'test'));
update webhook_endpoints set mode = s.mode from sessions s where s.id = webhook_endpoints.session_id;
-- Who has test keys alone has made their endpoints by them.
update webhook_endpoints set mode = 'test' where session_id is null
  and not exists (select from api_keys k where k.org_id = webhook_endpoints.org_id and k.mode = 'live');
alter table webhook_endpoints alter column mode drop default;

-- Every filter of a list has an index that ends with the id, by which the list is sorted.
create index on sessions (org_id, mode, status, id desc);
create index on sessions (org_id, mode, reference, id desc);

alter table evidence_items add column mode text check (mode in ('live', 'test'));
update evidence_items set mode = s.mode from sessions s where s.id = evidence_items.session_id;
alter table evidence_items alter column mode set not null;
create index on evidence_items (org_id, mode, id);
create index on deliveries (org_id, status, id desc);
`;
