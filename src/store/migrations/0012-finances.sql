-- Financial events: controls and accruals, never the source of a posting. An event's earlier content is kept.

create table finance_event (
  id              bigint generated always as identity primary key,
  connection_id   uuid not null references connection (id),
  event_key       text not null,
  event_type      text not null,
  status          text not null check (status in ('deferred', 'released', 'deferred-released', 'other')),
  amazon_status   text not null,
  description     text,
  posted_at       timestamptz,
  currency        text check (currency ~ '^[A-Z]{3}$'),
  total_minor     bigint,
  account_type    text,
  marketplace_id  text,
  order_id        text,
  settlement_id   text,
  event_group_id  text,
  related_ids     json not null,
  deferral_reason text,
  matures_at      timestamptz,
  items           json not null,
  ties            boolean,
  source          json not null,
  content_sha256  text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  revision        integer not null default 1 check (revision > 0),
  first_seen_at   timestamptz not null,
  changed_at      timestamptz not null,
  unique (connection_id, event_key),
  constraint amount_has_currency check ((total_minor is null) = (currency is null))
);

create index finance_event_by_day on finance_event (connection_id, posted_at);
create index finance_event_of_order on finance_event (connection_id, order_id) where order_id is not null;
create index finance_event_of_settlement on finance_event (connection_id, settlement_id) where settlement_id is not null;
create index finance_event_deferred on finance_event (connection_id, matures_at) where status = 'deferred';
create index finance_event_unsettled on finance_event (connection_id, posted_at)
  where status = 'deferred-released' and settlement_id is null;

create table finance_event_amount (
  event_key    bigint not null references finance_event (id) on delete cascade,
  ordinal      integer not null,
  item         integer,
  path         json not null,
  leaf         text not null,
  currency     text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null,
  primary key (event_key, ordinal)
);

create table finance_event_past (
  event_key   bigint not null references finance_event (id),
  revision    integer not null,
  status      text not null,
  source      json not null,
  replaced_at timestamptz not null,
  primary key (event_key, revision)
);

create trigger finance_event_past_unchanged before update or delete on finance_event_past
  for each row execute function refuse_change();
create trigger finance_event_past_no_truncate before truncate on finance_event_past
  for each statement execute function refuse_change();

-- The database keeps the earlier content itself, so that no way of changing an event can forget it.
create function finance_event_keeps_past() returns trigger language plpgsql as $$
begin
  insert into finance_event_past (event_key, revision, status, source, replaced_at)
    values (old.id, old.revision, old.status, old.source, new.changed_at);
  new.revision := old.revision + 1;
  return new;
end
$$;

create trigger finance_event_keeps_past before update on finance_event
  for each row when (old.content_sha256 <> new.content_sha256 or old.status <> new.status)
  execute function finance_event_keeps_past();

-- What Amazon says a settlement comes to, beside what its file says. A row without net proceeds says that Amazon had none to
-- give; it is asked again, less often each time.
create table finance_summary (
  connection_id      uuid not null references connection (id),
  settlement_id      text not null,
  ordinal            integer not null,
  account_type       text,
  marketplace_id     text,
  period_start       date,
  period_end         date,
  currency           text check (currency ~ '^[A-Z]{3}$'),
  net_proceeds_minor bigint,
  amounts            json not null,
  source             json not null,
  asked              integer not null check (asked > 0),
  read_at            timestamptz not null,
  primary key (connection_id, settlement_id, ordinal),
  constraint proceeds_have_currency check ((net_proceeds_minor is null) = (currency is null))
);

create table amazon_balance (
  id              bigint generated always as identity primary key,
  connection_id   uuid not null references connection (id),
  taken_at        timestamptz not null,
  as_of           date,
  account_type    text,
  marketplace_id  text,
  amazon_type     text not null,
  balance_type    text not null check (balance_type in ('available', 'reserved', 'deferred', 'account-level-reserve',
                    'total', 'other')),
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor    bigint not null,
  last_updated_at timestamptz
);

create index amazon_balance_by_time on amazon_balance (connection_id, taken_at);
create index amazon_balance_of_day on amazon_balance (connection_id, as_of) where as_of is not null;
