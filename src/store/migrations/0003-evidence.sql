-- Bytes as they arrived, once per content, in chunks of at most 1 MiB. Never changed, never deleted.

create table evidence (
  id           bigint generated always as identity primary key,
  sha256       text not null unique check (sha256 ~ '^[0-9a-f]{64}$'),
  byte_count   bigint not null check (byte_count >= 0),
  chunk_count  integer not null check (chunk_count >= 0),
  origin       text not null,
  content_type text,
  headers      json not null,
  stored_at    timestamptz not null
);

-- Chunks are written while the digest is still being computed, so their evidence row follows in the same transaction.
create table evidence_chunk (
  evidence_id bigint not null references evidence (id) deferrable initially deferred,
  ordinal     integer not null check (ordinal >= 0),
  bytes       bytea not null check (octet_length(bytes) between 1 and 1048576),
  primary key (evidence_id, ordinal)
);

-- Reports are compressed already; compressing them again costs time and saves nothing.
alter table evidence_chunk alter column bytes set storage external;

create trigger evidence_unchanged before update or delete on evidence
  for each row execute function refuse_change();
create trigger evidence_no_truncate before truncate on evidence
  for each statement execute function refuse_change();
create trigger evidence_chunk_unchanged before update or delete on evidence_chunk
  for each row execute function refuse_change();
create trigger evidence_chunk_no_truncate before truncate on evidence_chunk
  for each statement execute function refuse_change();

-- A document that was downloaded to its end. Amazon lists the same document under several reports and marketplaces.
create table report_document (
  connection_id      uuid not null references connection (id),
  report_document_id text not null,
  sha256             text not null references evidence (sha256),
  problem            json,
  downloaded_at      timestamptz not null,
  primary key (connection_id, report_document_id)
);

create table report_listing (
  connection_id      uuid not null,
  report_id          text not null,
  report_document_id text not null,
  created_at         text not null,
  period_start       text,
  period_end         text,
  marketplace_ids    text[] not null,
  primary key (connection_id, report_id),
  foreign key (connection_id, report_document_id) references report_document (connection_id, report_document_id)
);
