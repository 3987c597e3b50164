-- The files of a settlement that came more than once with different content. Without rows its one file is settlement.sha256.
-- All stay as evidence; one of them is used, and a person decides about each of the others.

create table settlement_file (
  ordinal         bigint generated always as identity,
  settlement_key  uuid not null references settlement (key),
  sha256          text not null references evidence (sha256),
  -- Of what the file says after decompression, so that the same content in another compression is known again.
  content_sha256  text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  state           text not null check (state in ('waiting', 'left-out', 'wanted', 'used', 'replaced')),
  start_at        bigint not null,
  end_at          bigint not null,
  deposit_at      bigint not null,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor     bigint not null,
  summary_row     integer not null,
  line_count      integer not null check (line_count >= 0),
  last_row        integer not null,
  file_format     json not null,
  received_at     timestamptz not null,
  -- The last decision about it: who, why and when; with `wanted` also how booked entries are reversed before.
  actor_kind      text check (actor_kind in ('user', 'system')),
  actor_name      text,
  why             text,
  decided_at      timestamptz,
  reversal_reason text,
  posting_date    date,
  primary key (settlement_key, sha256),
  constraint a_decision_is_whole check (
    (actor_kind is null) = (actor_name is null) and (actor_kind is null) = (why is null)
    and (actor_kind is null) = (decided_at is null)
    and (actor_kind is not null or state in ('waiting', 'used'))
    and (actor_kind is not null or (reversal_reason is null and posting_date is null))
  )
);

create unique index one_content_once on settlement_file (settlement_key, content_sha256);
create unique index one_file_used on settlement_file (settlement_key) where state = 'used';
create unique index one_file_wanted on settlement_file (settlement_key) where state = 'wanted';

-- What a file is never changes, only what became of it.
create function settlement_file_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (new.settlement_key, new.sha256, new.content_sha256, new.start_at, new.end_at, new.deposit_at,
      new.currency, new.total_minor, new.summary_row, new.line_count, new.last_row, new.received_at)
    is distinct from
     (old.settlement_key, old.sha256, old.content_sha256, old.start_at, old.end_at, old.deposit_at,
      old.currency, old.total_minor, old.summary_row, old.line_count, old.last_row, old.received_at)
  then
    raise exception 'file % of settlement % never changes', old.sha256, old.settlement_key
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger settlement_file_stays before update or delete on settlement_file
  for each row execute function settlement_file_stays();
create trigger settlement_file_no_truncate before truncate on settlement_file
  for each statement execute function refuse_change();

-- From which file the entries of a proposal were made, also after the settlement uses another one.
alter table proposal add column file_sha256 text references evidence (sha256);
update proposal p set file_sha256 = s.sha256 from settlement s where s.key = p.settlement_key;
