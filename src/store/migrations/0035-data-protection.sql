-- How long records are kept, what stops their removal, and what remains to say of those that are gone.

-- Somebody needs records that would be removed otherwise: nothing of what a hold covers is removed while it stands.
create table privacy_hold (
  id               bigint generated always as identity primary key,
  -- Null: of every connection.
  connection_id    uuid references connection (id),
  covers           text not null check (covers in ('connection', 'orders', 'buyers')),
  why              text not null check (why <> ''),
  placed_by_kind   text not null check (placed_by_kind in ('user', 'system')),
  placed_by_name   text not null,
  placed_at        timestamptz not null,
  -- It ends by itself then; null: only when somebody releases it.
  ends_at          timestamptz,
  released_why     text,
  released_by_kind text check (released_by_kind in ('user', 'system')),
  released_by_name text,
  released_at      timestamptz,
  constraint a_release_is_whole check (
    (released_at is null) = (released_why is null)
    and (released_at is null) = (released_by_kind is null)
    and (released_at is null) = (released_by_name is null)
  ),
  constraint a_connection_is_named check (covers <> 'connection' or connection_id is not null)
);

create function privacy_hold_is_only_released() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.released_at is not null
    or (new.id, new.connection_id, new.covers, new.why, new.placed_by_kind, new.placed_by_name, new.placed_at, new.ends_at)
      is distinct from
      (old.id, old.connection_id, old.covers, old.why, old.placed_by_kind, old.placed_by_name, old.placed_at, old.ends_at)
  then
    raise exception 'hold % is released once and never changed otherwise', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger privacy_hold_stays before update or delete on privacy_hold
  for each row execute function privacy_hold_is_only_released();
create trigger privacy_hold_no_truncate before truncate on privacy_hold
  for each statement execute function refuse_change();

create table privacy_hold_order (
  hold_id  bigint not null references privacy_hold (id),
  order_id text not null check (order_id <> ''),
  primary key (hold_id, order_id)
);

create trigger privacy_hold_order_stays before update or delete on privacy_hold_order
  for each row execute function refuse_change();
create trigger privacy_hold_order_no_truncate before truncate on privacy_hold_order
  for each statement execute function refuse_change();

-- Whether a hold stands over a record of a connection that is about this order; null: about none. Holds of `buyers` are about
-- buyers alone.
create function is_held(of_connection uuid, of_order text, is_buyer boolean, at timestamptz) returns boolean
  language sql stable as $$
  select exists (
    select from privacy_hold h
    where (h.connection_id is null or h.connection_id = of_connection)
      and h.released_at is null and (h.ends_at is null or h.ends_at > at)
      and (h.covers = 'connection'
        or (h.covers = 'buyers' and is_buyer)
        or (h.covers = 'orders' and of_order is not null
          and exists (select from privacy_hold_order o where o.hold_id = h.id and o.order_id = of_order))))
$$;

-- A seller of whom everything was removed that nobody has to keep. It begins once and ends once.
create table seller_erasure (
  connection_id  uuid primary key references connection (id),
  why            text not null check (why <> ''),
  begun_by_kind  text not null check (begun_by_kind in ('user', 'system')),
  begun_by_name  text not null,
  begun_at       timestamptz not null,
  finished_at    timestamptz,
  -- How many records of each kind are gone so far.
  counts         json not null default '{}'
);

create function seller_erasure_goes_on() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.finished_at is not null
    or (new.connection_id, new.why, new.begun_by_kind, new.begun_by_name, new.begun_at)
      is distinct from (old.connection_id, old.why, old.begun_by_kind, old.begun_by_name, old.begun_at)
  then
    raise exception 'an erasure is never taken back' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger seller_erasure_goes_on before update or delete on seller_erasure
  for each row execute function seller_erasure_goes_on();
create trigger seller_erasure_no_truncate before truncate on seller_erasure
  for each statement execute function refuse_change();

-- Files that records of the erased seller came from: they go when nothing else rests on them.
create table seller_erasure_evidence (
  connection_id uuid not null references seller_erasure (connection_id),
  sha256        text not null,
  primary key (connection_id, sha256)
);

-- Whatever was on its way when a seller was erased does not come back.
create function erased_stays_empty() returns trigger language plpgsql as $$
begin
  if exists (select from added a join seller_erasure e on e.connection_id = a.connection_id) then
    raise exception 'the seller of this connection was erased, nothing is stored for it'
      using errcode = 'restrict_violation', constraint = 'erased_stays_empty';
  end if;
  return null;
end
$$;

do $$
declare
  kept text;
begin
  foreach kept in array array['secret', 'order_buyer', 'amazon_order', 'finance_event', 'finance_summary', 'amazon_balance',
    'payout', 'fba_reimbursement', 'vat_line', 'report_request', 'report_document', 'feed_unreadable', 'feed_cursor',
    'feed_run', 'seller_marketplace', 'settlement', 'accrual', 'customer']
  loop
    execute format('create trigger erased_stays_empty after insert on %I referencing new table as added
      for each statement execute function erased_stays_empty()', kept);
  end loop;
end
$$;

-- What remains to say of a file that was removed because nothing rested on it any more.
create table evidence_removal (
  evidence_id bigint primary key,
  sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  byte_count  bigint not null check (byte_count >= 0),
  origin      text not null,
  stored_at   timestamptz not null,
  why         text not null check (why <> ''),
  removed_at  timestamptz not null
);

create index evidence_removal_of_file on evidence_removal (sha256);
create trigger evidence_removal_append_only before update or delete on evidence_removal
  for each row execute function refuse_change();
create trigger evidence_removal_no_truncate before truncate on evidence_removal
  for each statement execute function refuse_change();

-- Evidence never changes. It goes only with the record that says so, and only where no record refers to it.
create function evidence_goes_with_record() returns trigger language plpgsql as $$
declare
  gone bigint;
begin
  if tg_table_name = 'evidence' then
    gone := old.id;
  else
    gone := old.evidence_id;
  end if;
  if tg_op = 'DELETE' and exists (select from evidence_removal where evidence_id = gone) then
    return old;
  end if;
  raise exception '% is append-only, % is refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$;

drop trigger evidence_unchanged on evidence;
create trigger evidence_unchanged before update or delete on evidence
  for each row execute function evidence_goes_with_record();
drop trigger evidence_chunk_unchanged on evidence_chunk;
create trigger evidence_chunk_unchanged before update or delete on evidence_chunk
  for each row execute function evidence_goes_with_record();
drop trigger evidence_delivery_unchanged on evidence_delivery;
create trigger evidence_delivery_unchanged before update or delete on evidence_delivery
  for each row execute function evidence_goes_with_record();

-- Which files records refer to. The sums of a file are worked out from it and go with it.
create view used_evidence as
  select sha256 from settlement
  union all select sha256 from settlement_file
  union all select file_sha256 from proposal where file_sha256 is not null
  union all select sources_sha256 from accrual
  union all select evidence_sha256 from deposit
  union all select sha256 from report_document
  union all select sha256 from report_request where sha256 is not null
  union all select report_sha256 from amazon_order where report_sha256 is not null
  union all select sha256 from fba_reimbursement
  union all select sha256 from vat_line;

-- Removes one file that came before `delivered_before` the last time, and says how many bytes; null: it stays. The foreign keys
-- have the last word on whether anything refers to it.
create function remove_unused_evidence(wanted text, delivered_before timestamptz, because text, at timestamptz)
  returns bigint language plpgsql as $$
declare
  file evidence%rowtype;
begin
  select * into file from evidence where sha256 = wanted for update;
  if not found or file.stored_at >= delivered_before
    or exists (select from evidence_delivery where evidence_id = file.id and delivered_at >= delivered_before)
  then
    return null;
  end if;
  insert into evidence_removal (evidence_id, sha256, byte_count, origin, stored_at, why, removed_at)
    values (file.id, file.sha256, file.byte_count, file.origin, file.stored_at, because, at);
  delete from settlement_sums where sha256 = wanted;
  delete from evidence_delivery where evidence_id = file.id;
  delete from evidence_chunk where evidence_id = file.id;
  delete from evidence where id = file.id;
  return file.byte_count;
exception when foreign_key_violation then
  return null;
end
$$;

-- Looking whether a file is still referred to must not read whole tables.
create index amazon_order_of_report on amazon_order (report_sha256) where report_sha256 is not null;
create index vat_line_of_report on vat_line (sha256);

-- The earlier content of an event goes with the event, never before it.
create function finance_event_past_goes_with_event() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and not exists (select from finance_event where id = old.event_key) then
    return old;
  end if;
  raise exception '% is append-only, % is refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$;

drop trigger finance_event_past_unchanged on finance_event_past;
create trigger finance_event_past_unchanged before update or delete on finance_event_past
  for each row execute function finance_event_past_goes_with_event();
alter table finance_event_past
  drop constraint finance_event_past_event_key_fkey,
  add constraint finance_event_past_event_key_fkey foreign key (event_key) references finance_event (id) on delete cascade;
