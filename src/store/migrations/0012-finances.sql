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
  constraint amount_has_currency check (total_minor is null or currency is not null)
);

create index finance_event_by_day on finance_event (connection_id, posted_at);
create index finance_event_of_order on finance_event (connection_id, order_id) where order_id is not null;
create index finance_event_of_settlement on finance_event (connection_id, settlement_id) where settlement_id is not null;
create index finance_event_deferred on finance_event (connection_id, matures_at) where status = 'deferred';

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
  event_key   bigint not null references finance_event (id) on delete cascade,
  revision    integer not null,
  status      text not null,
  source      json not null,
  replaced_at timestamptz not null,
  primary key (event_key, revision)
);

create trigger finance_event_past_unchanged before update or delete on finance_event_past
  for each row execute function refuse_change();

-- What Amazon says a settlement comes to, beside what its file says. A null row says that Amazon had none to give.
create table finance_summary (
  connection_id      uuid not null references connection (id),
  settlement_id      text not null,
  account_type       text not null,
  marketplace_id     text not null,
  currency           text,
  net_proceeds_minor bigint,
  amounts            json not null,
  source             json,
  read_at            timestamptz not null,
  primary key (connection_id, settlement_id, account_type, marketplace_id)
);

create table amazon_balance (
  connection_id   uuid not null references connection (id),
  taken_at        timestamptz not null,
  as_of           date,
  account_type    text not null,
  marketplace_id  text not null,
  balance_type    text not null,
  currency        text not null,
  amount_minor    bigint not null,
  last_updated_at timestamptz,
  primary key (connection_id, taken_at, account_type, marketplace_id, balance_type, currency)
);
