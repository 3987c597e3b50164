-- Money on its way to the seller's bank, as Amazon tells it: a control to match the bank statement with.

create table payout (
  id             bigint generated always as identity primary key,
  connection_id  uuid not null references connection (id),
  payout_id      text not null,
  account_type   text not null,
  marketplace_id text not null,
  status         text not null check (status in ('started', 'in-transit', 'paid', 'failed', 'cancelled', 'no-payout', 'other')),
  amazon_status  text not null,
  steps          json not null,
  is_on_demand   boolean,
  currency       text check (currency ~ '^[A-Z]{3}$'),
  amount_minor   bigint,
  account_tail   text,
  payment_method text,
  payment_rail   text,
  trace_id       text,
  created_at     timestamptz,
  period_start   timestamptz,
  period_end     timestamptz,
  -- As told, in Amazon's order; the table below is for looking up.
  settlement_ids json not null,
  source         json not null,
  content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  first_seen_at  timestamptz not null,
  changed_at     timestamptz not null,
  unique (connection_id, payout_id),
  constraint amount_has_currency check ((amount_minor is null) = (currency is null))
);

create index payout_by_creation on payout (connection_id, created_at);
create index payout_by_trace on payout (trace_id) where trace_id is not null;

create table payout_settlement (
  payout_key    bigint not null references payout (id) on delete cascade,
  settlement_id text not null,
  primary key (payout_key, settlement_id)
);

create index payout_of_settlement on payout_settlement (settlement_id);
