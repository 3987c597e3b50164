-- Whether orders are booked when they are shipped or when they are settled: which model holds from which day. A period never
-- changes: another model is another period, and a day keeps the model it was booked by.
create table model_period (
  connection_id uuid not null references connection (id),
  ordinal       integer not null check (ordinal > 0),
  model         text not null check (model in ('settlement', 'orders')),
  from_day      date not null,
  summarise     text not null check (summarise in ('day', 'order')),
  recorded_at   timestamptz not null,
  primary key (connection_id, ordinal),
  unique (connection_id, from_day)
);

create trigger model_period_append_only before update or delete on model_period
  for each row execute function refuse_change();
create trigger model_period_no_truncate before truncate on model_period
  for each statement execute function refuse_change();

-- What an accrual booked of which order: it stands as long as its accrual does. Amazon's sign.
create table accrued_order (
  accrual_key   uuid not null references accrual (key),
  event_key     text not null,
  connection_id uuid not null references connection (id),
  order_id      text not null,
  marketplace   text not null,
  currency      text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor  bigint not null,
  primary key (accrual_key, event_key)
);

create index accrued_order_of_order on accrued_order (connection_id, order_id);
create index accrued_order_of_event on accrued_order (connection_id, event_key);

create trigger accrued_order_append_only before update or delete on accrued_order
  for each row execute function refuse_change();
create trigger accrued_order_no_truncate before truncate on accrued_order
  for each statement execute function refuse_change();

-- What the current proposal of a settlement pays of which order: off the receivable, or as revenue.
create table settled_order (
  settlement_key uuid not null references settlement (key),
  order_id       text not null,
  marketplace    text not null,
  connection_id  uuid not null references connection (id),
  currency       text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor   bigint not null,
  is_cleared     boolean not null,
  primary key (settlement_key, order_id, marketplace)
);

create index settled_order_of_order on settled_order (connection_id, order_id);
