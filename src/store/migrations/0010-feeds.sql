-- How far each strand of a feed has come, what it could not read, and whether a connection may be worked on by itself.

create table feed_cursor (
  connection_id uuid not null references connection (id),
  strand        text not null,
  watermark     timestamptz not null,
  open_window   json,
  memory        json not null,
  updated_at    timestamptz not null,
  primary key (connection_id, strand)
);

create table feed_run (
  connection_id  uuid not null references connection (id),
  feed           text not null,
  started_at     timestamptz not null,
  finished_at    timestamptz not null,
  is_up_to_date  boolean not null,
  complete_until timestamptz,
  problems       json not null,
  primary key (connection_id, feed)
);

-- Whole records without buyer data, so that a newer program can read what this one could not.
create table feed_unreadable (
  connection_id uuid not null references connection (id),
  feed          text not null,
  sha256        text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  record_id     text,
  says          text not null,
  source        json not null,
  seen_at       timestamptz not null,
  primary key (connection_id, feed, sha256)
);

create index feed_unreadable_of_record on feed_unreadable (connection_id, feed, record_id);

create table seller_marketplace (
  connection_id          uuid not null references connection (id),
  marketplace_id         text not null,
  name                   text not null,
  country                text not null,
  currency               text,
  time_zone              text,
  is_participating       boolean not null,
  has_suspended_listings boolean not null,
  read_at                timestamptz not null,
  primary key (connection_id, marketplace_id)
);

create table connection_stop (
  connection_id uuid primary key references connection (id),
  problem       json not null,
  stopped_at    timestamptz not null
);

create table credential_warning (
  connection_id  uuid not null references connection (id),
  kind           text not null,
  expires_on     date not null,
  threshold_days integer not null,
  warned_at      timestamptz not null,
  primary key (connection_id, kind, expires_on, threshold_days)
);

-- Secrets of before this migration have no day: their age is not known.
alter table secret add column stored_at timestamptz;

-- When a person last changed its settings or secrets, or let it go on; what an earlier run came to says nothing about it since.
alter table connection add column mended_at timestamptz;
