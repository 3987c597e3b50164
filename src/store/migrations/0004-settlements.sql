-- What Amazon reported for one payout period. Amounts are minor units of the settlement's currency, Amazon's sign.

create table settlement (
  key              uuid primary key,
  connection_id    uuid not null references connection (id),
  seller_account   text not null,
  settlement_id    text not null,
  sha256           text not null references evidence (sha256),
  state            text not null check (state in ('received', 'proven', 'proposed', 'quarantined')),
  start_at         bigint not null,
  end_at           bigint not null,
  deposit_at       bigint not null,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor      bigint not null,
  summary_row      integer not null,
  line_count       integer not null check (line_count >= 0),
  last_row         integer not null,
  file_format      json not null,
  problem          json,
  received_at      timestamptz not null,
  unique (seller_account, settlement_id)
);

create index settlement_of_connection on settlement (connection_id, end_at);

create table proof (
  settlement_key uuid not null references settlement (key),
  ordinal        integer not null,
  name           text not null,
  ok             boolean not null,
  expected       text not null,
  actual         text not null,
  says           text not null,
  primary key (settlement_key, ordinal)
);

create table quarantine_item (
  settlement_key     uuid not null references settlement (key),
  ordinal            integer not null,
  code               text not null,
  transaction_type   text not null,
  amount_type        text not null,
  amount_description text not null,
  marketplace        text not null,
  line_count         integer not null,
  currency           text not null,
  amount_minor       bigint not null,
  first_row          integer not null,
  says               text not null,
  next               text not null,
  primary key (settlement_key, ordinal)
);

-- The account table of a proposal, word for word, once per content.
create table mapping_text (
  sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
  text   text not null
);

-- What a settlement was proposed to be in the books. An older one stays as a fact after it was replaced.
create table proposal (
  id              bigint generated always as identity primary key,
  settlement_key  uuid not null references settlement (key),
  digest          text not null check (digest ~ '^[0-9a-f]{64}$'),
  mapping_sha256  text not null references mapping_text (sha256),
  program_version text not null,
  recorded_at     timestamptz not null,
  replaced_at     timestamptz
);

create unique index one_current_proposal on proposal (settlement_key) where replaced_at is null;

-- Which bucket each row is in: unsigned 32-bit little-endian numbers, deflated, a block of rows at a time.
create table settlement_row_bucket (
  settlement_key uuid not null references settlement (key),
  first_row      integer not null,
  row_count      integer not null check (row_count > 0),
  bytes          bytea not null,
  primary key (settlement_key, first_row)
);

-- Runs of rows of one order and SKU, sorted by order, as deflated JSON, a block of runs at a time.
create table settlement_run (
  settlement_key uuid not null references settlement (key),
  ordinal        integer not null,
  first_order_id text not null,
  last_order_id  text not null,
  bytes          bytea not null,
  primary key (settlement_key, ordinal)
);

alter table settlement_row_bucket alter column bytes set storage external;
alter table settlement_run alter column bytes set storage external;
