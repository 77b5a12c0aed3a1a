import { type Kysely, sql } from "kysely";

/** One-time codes, whose identity was confirmed, and the signatures that finished documents wait for. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENTS).execute(database);
}

const STATEMENTS = `
alter table sessions
  -- How long the finished document waits for its signature, in seconds; the installation's own time without it.
  add column signature_expires_in integer,
  -- Where codes go, given by an inspector; the participant's own number or address without it.
  add column code_channel text check (code_channel in ('sms', 'email')),
  add column code_recipient text,
  add check ((code_channel is null) = (code_recipient is null));

-- When the certificate of the newest document time stamp ends, at B-LTA: it is renewed before that.
alter table evidence_files add column timestamp_expires_at timestamptz;
create index on evidence_files (timestamp_expires_at) where timestamp_expires_at is not null;
create index on evidence_files (signed_at) where baseline <> 'B-LTA';

alter table evidence_files drop constraint evidence_files_status_check;
alter table evidence_files add constraint evidence_files_status_check
  check (status in ('recordings', 'report', 'awaiting_signer', 'signing', 'ready', 'failed'));

-- What an invitation's link is for: the call, or the finished document.
alter table invitations add column purpose text not null default 'join' check (purpose in ('join', 'sign'));

-- The code itself is nowhere: it is computed from all that it is bound to, under a key that the database does not hold.
create table signature_codes (
  id text primary key,
  session_id text not null references sessions,
  participant_id text not null references participants,
  purpose text not null check (purpose in ('drawing', 'document')),
  document_sha256 text,
  channel text not null check (channel in ('sms', 'email')),
  recipient text not null,
  attempts integer not null default 0,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  sent_at timestamptz,
  problem text,
  confirmed_at timestamptz,
  check ((purpose = 'document') = (document_sha256 is not null))
);
create index on signature_codes (session_id, purpose, id desc);
alter table participant_signatures add column code_id text unique references signature_codes;
alter table outbox_messages
  alter column link drop not null,
  add column code_id text unique references signature_codes;

create table identity_confirmations (
  id text primary key,
  session_id text not null references sessions,
  participant_id text not null references participants,
  confirmed_by integer not null references users,
  -- As they were called then.
  confirmed_by_name text not null,
  method text not null check (method in ('document', 'known', 'other')),
  document_type text check (document_type in ('passport', 'identity_card', 'driving_licence', 'residence_permit')),
  issuing_country text,
  document_ending text,
  note text,
  -- As on the document.
  name text not null,
  confirmed_at timestamptz not null default now(),
  check ((method = 'document') = (document_type is not null)),
  check ((method = 'document') = (issuing_country is not null)),
  check ((method = 'other') = (note is not null))
);
create index on identity_confirmations (session_id, id desc);

-- A finished document that waits for its participant: one for a session, as a session has one participant.
create table signature_requests (
  session_id text primary key references sessions,
  participant_id text not null references participants,
  level text not null check (level in ('aes', 'qes')),
  state text not null check (state in ('waiting', 'confirmed', 'signed', 'refused', 'expired', 'given_up')),
  -- Who signs, as the certificate is to say it.
  name text not null,
  document_key text not null,
  document_sha256 text not null,
  document_size bigint not null,
  identity_id text references identity_confirmations,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  closed_at timestamptz,
  code_id text unique references signature_codes,
  -- Why the last try to sign failed, for people.
  problem text,
  signed_sha256 text,
  signed_at timestamptz,
  certificate_subject text,
  provider text
);
create index on signature_requests (expires_at) where state = 'waiting';

-- What this server's own seals lead to, those of former keys too: who checks an old seal needs the old root.
create table own_roots (
  id integer primary key generated always as identity,
  certificate bytea not null,
  used_for text not null check (used_for in ('seals', 'signers')),
  first_used_at timestamptz not null default now()
);
create unique index on own_roots (sha256(certificate), used_for);

-- How far a signature at a remote signing service is: it may take days, and outlives every process.
create table provider_signatures (
  session_id text primary key references signature_requests,
  step text not null check (step in ('begun', 'choosing', 'preparing', 'prepared', 'authorized')),
  -- What keeps it from going on: no credential to be had, refused, ended, the service is down, …
  problem text,
  -- What the person chooses among.
  choices jsonb,
  -- The credential, and what the service tells of it, for the page.
  credential_id text,
  credential jsonb,
  code_sent_at timestamptz,
  -- SHA-256 of the state that comes back with the person.
  oauth_state text unique,
  -- Tokens, the leave to sign, the PKCE verifier: encrypted by the master keys, and of use for minutes.
  secrets text,
  prepared jsonb,
  -- The signature's value, base64: kept before it is used, because nobody gives it twice.
  value text
);
`;
