-- What each delivery of stored bytes said about them. The bytes are kept once, but what their download declares may
-- differ: a file that cannot be read with the charset of its first delivery may be readable with that of a later one.
-- `after_reading` marks what came when a settlement had been read from the bytes already. It is kept as a fact only:
-- the settlement must come out of its bytes as it did (settlement.file_format), so it stays with what it was read by.

create table evidence_delivery (
  id            bigint generated always as identity primary key,
  evidence_id   bigint not null references evidence (id),
  origin        text not null,
  content_type  text,
  headers       json not null,
  after_reading boolean not null,
  delivered_at  timestamptz not null
);

create index evidence_delivery_of_evidence on evidence_delivery (evidence_id, id);

create trigger evidence_delivery_unchanged before update or delete on evidence_delivery
  for each row execute function refuse_change();
create trigger evidence_delivery_no_truncate before truncate on evidence_delivery
  for each statement execute function refuse_change();

-- Of files stored before this only the first delivery is known.
insert into evidence_delivery (evidence_id, origin, content_type, headers, after_reading, delivered_at)
  select id, origin, content_type, headers, false, stored_at from evidence order by id;
