import { type Kysely, sql } from "kysely";

/** What proves the audit log: its tree, checkpoints, anchors, keys; and how it is appended to and searched. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(database);
}

const STATEMENTS = `
alter table audit_logs
  -- The time of the newest entry: no later one is before it, whatever the clock does.
  add column head_recorded_at timestamptz not null default '-infinity';

alter table audit_entries
  add column session_sequence integer,
  -- What the record says, to search by. The record is the authority.
  add column action text,
  add column actor text,
  add column recorded_at timestamptz;
update audit_entries set
  action = record::json ->> 'action',
  actor = (record::json -> 'actor' ->> 'type') || ':' || (record::json -> 'actor' ->> 'id'),
  recorded_at = (record::json ->> 'recorded_at')::timestamptz;
alter table audit_entries
  alter column action set not null, alter column actor set not null, alter column recorded_at set not null;
drop index audit_entries_session_id_sequence_idx;
create unique index audit_entries_session on audit_entries (session_id, org_id, session_sequence)
  where session_id is not null;
create index audit_entries_action on audit_entries (org_id, action, sequence);
create index audit_entries_actor on audit_entries (org_id, actor, sequence);
create index audit_entries_object on audit_entries (org_id, (record::json #>> '{object,id}'), sequence)
  where record::json #>> '{object,id}' is not null;
create index audit_entries_time on audit_entries (org_id, recorded_at, sequence);

-- Appends entries to an organization's log, each the texts around what only the database knows, and locks the log until
-- the commit: by an advisory lock, since where many wait for one row each of them looks at it anew. A function, since each
-- of its statements sees what was committed while it waited for that lock: a single statement would count a session's
-- entries as they were before.
create function append_audit_entries(
  log_id integer, genesis text,
  sessions text[], actions text[], actors text[], befores text[], betweens text[], afters text[]
) returns void language plpgsql as $$
declare
  log_size bigint;
  head text;
  head_at timestamptz;
  written text;
  session_size integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('audit_log/' || log_id, 0));
  select size, head_hash, head_recorded_at into log_size, head, head_at from audit_logs where org_id = log_id;
  if not found then
    insert into audit_logs (org_id, size, head_hash) values (log_id, 0, genesis)
      returning size, head_hash, head_recorded_at into log_size, head, head_at;
  end if;
  for i in 1 .. cardinality(befores) loop
    session_size := null;
    if sessions[i] is not null then
      select coalesce(max(session_sequence) + 1, 0) into session_size
      from audit_entries where session_id = sessions[i] and org_id = log_id;
    end if;
    head_at := greatest(head_at, date_trunc('milliseconds', clock_timestamp()));
    written := befores[i] || head || betweens[1]
      || to_char(head_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      || betweens[2] || log_size || afters[i] || coalesce(session_size::text, 'null') || '}';
    head := encode(sha256(convert_to(written, 'UTF8')), 'hex');
    insert into audit_entries
      (org_id, sequence, session_id, session_sequence, action, actor, recorded_at, hash, record)
    values (log_id, log_size, sessions[i], session_size, actions[i], actors[i], head_at, head, written);
    log_size := log_size + 1;
  end loop;
  update audit_logs set size = log_size, head_hash = head, head_recorded_at = head_at where org_id = log_id;
end $$;

-- How many entries of a log its tiles hold; whoever fills them locks the row.
create table audit_trees (
  org_id integer primary key references organizations,
  size bigint not null
);
-- Hash tiles (C2SP tlog-tiles, height 8): up to 256 hashes of 32 bytes, one after the other.
create table audit_tiles (
  org_id integer not null references organizations,
  level smallint not null,
  index bigint not null,
  hashes bytea not null check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0),
  primary key (org_id, level, index)
);
-- Hashes cannot be compressed: it is not tried.
alter table audit_tiles alter column hashes set storage external;

-- The keys that sign checkpoints; the ones before stay, so that what they have signed can be verified.
create table audit_log_keys (
  id integer generated always as identity primary key,
  public_key bytea not null check (octet_length(public_key) = 32),
  -- The private key (PKCS #8, base64) under a master key; forgotten once it is retired.
  encrypted text,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  check ((encrypted is null) = (retired_at is not null))
);
create unique index on audit_log_keys ((true)) where retired_at is null;

create table audit_checkpoints (
  id text primary key,
  org_id integer not null references organizations,
  size bigint not null,
  root text not null,
  origin text not null,
  key_id integer not null references audit_log_keys,
  -- The signed note, word for word.
  note text not null,
  created_at timestamptz not null default now(),
  unique (org_id, size)
);
-- Which sessions' ends, or signatures, a checkpoint was made for.
create table audit_checkpoint_sessions (
  session_id text not null references sessions,
  checkpoint_id text not null references audit_checkpoints,
  reason text not null check (reason in ('end', 'signature')),
  primary key (session_id, checkpoint_id, reason)
);
create index on audit_checkpoint_sessions (checkpoint_id);

create table audit_anchors (
  id text primary key,
  org_id integer not null references organizations,
  checkpoint_id text not null references audit_checkpoints,
  kind text not null check (kind in ('rfc3161', 'opentimestamps')),
  authority text not null,
  qualified boolean not null,
  development boolean not null,
  status text not null default 'pending' check (status in ('pending', 'anchored')),
  -- The DER of the token, or the .ots file, which is there before its attestation is.
  token bytea,
  anchored_at timestamptz,
  bitcoin_height integer,
  problem text,
  attempted_at timestamptz,
  created_at timestamptz not null default now(),
  unique (checkpoint_id, kind, authority),
  check ((status = 'anchored') = (anchored_at is not null)),
  check (status = 'pending' or token is not null)
);
create index on audit_anchors (kind, id) where status = 'pending';

-- How the last verification of each log went; outside the log, which may be what is broken.
create table audit_verifications (
  org_id integer primary key references organizations,
  verified_at timestamptz not null,
  -- How many entries, from the first on, were found to hold.
  size bigint not null,
  problem text
);
`;
