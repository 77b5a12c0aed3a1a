import { type Kysely, sql } from "kysely";

/** How long evidence and personal data are kept, legal holds, and who has looked at what. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(database);
}

const STATEMENTS = `
alter table organizations
  -- Days after a session's end; null: for ever.
  add column evidence_retention_days integer check (evidence_retention_days > 0),
  add column personal_data_retention_days integer check (personal_data_retention_days > 0);
alter table sessions
  -- Where a session has a rule of its own; without days it says: for ever.
  add column evidence_retention_own boolean not null default false,
  add column evidence_retention_days integer check (evidence_retention_days > 0),
  add column legal_hold_since timestamptz,
  add column legal_hold_reason text,
  add column legal_hold_by text,
  add column evidence_deleted_at timestamptz,
  add column evidence_deleted_by text check (evidence_deleted_by in ('rule', 'hand')),
  add column personal_data_erased_at timestamptz,
  add check ((legal_hold_since is null) = (legal_hold_by is null)),
  add check ((evidence_deleted_at is null) = (evidence_deleted_by is null));
-- What the retention job looks for: it never reads the sessions that it is done with.
create index sessions_with_contents on sessions (org_id, completed_at)
  where evidence_deleted_at is null and completed_at is not null;
create index sessions_with_people on sessions (org_id, completed_at)
  where personal_data_erased_at is null and completed_at is not null;
create index sessions_held on sessions (org_id, id desc) where legal_hold_since is not null;
create index sessions_deleted on sessions (org_id, id desc) where evidence_deleted_at is not null;
-- Whom a request for their data is about.
create index on sessions (org_id, lower(participant_email)) where participant_email is not null;
create index on sessions (org_id, participant_phone) where participant_phone is not null;
create index on invitations (lower(recipient)) where recipient is not null;
create index on evidence_items (participant_id);

-- The contents go, the rows stay.
alter table evidence_items alter column storage_key drop not null, add column deleted_at timestamptz;
alter table derivatives alter column storage_key drop not null;
alter table recordings add column deleted_at timestamptz;
alter table participant_signatures alter column storage_key drop not null;
alter table evidence_files add column deleted_at timestamptz;

-- Files that a deletion let go of. Each is removed from the disk when nothing else names it, by whichever run comes to it.
create table files_to_delete (
  storage_key text primary key,
  since timestamptz not null default now()
);
-- Whether something names a file: looked up for each file that is to go.
create index on evidence_items (storage_key);
create index on derivatives (storage_key);
create index on participant_signatures (storage_key);
create index on recordings (mkv_key);
create index on recordings (mp4_key);
create index on recordings (poster_key);
create index on recordings (contact_sheet_key);
create index on recordings (waveform_key);
create index on evidence_files (report_key);
create index on evidence_files (pdf_key);

-- What is in the audit log already of this hour: a player's many requests are one viewing.
create table evidence_accesses (
  org_id integer not null references organizations,
  actor text not null,
  action text not null,
  object text not null,
  sha256 text not null,
  hour timestamptz not null,
  primary key (org_id, object, actor, action, sha256, hour)
);
create index on evidence_accesses (hour);
`;
