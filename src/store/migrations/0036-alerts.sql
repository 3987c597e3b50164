-- What needs a person, as the last look at these books found it, and who was told of it. An alert comes from the state of
-- the books and goes with it, so losing these rows only tells somebody twice.

create table alert (
  key              text primary key,
  rule             text not null check (rule <> ''),
  connection_id    uuid references connection (id),
  severity         text not null check (severity in ('notice', 'warning', 'critical')),
  says             text not null check (says <> ''),
  next             text not null check (next <> ''),
  -- Rises when an alert comes back after it was resolved.
  episode          integer not null default 1 check (episode > 0),
  first_seen       timestamptz not null,
  last_seen        timestamptz not null,
  resolved_at      timestamptz,
  acknowledged_by  text,
  acknowledged_why text,
  acknowledged_at  timestamptz,
  constraint an_acknowledgement_is_whole check (
    (acknowledged_at is null) = (acknowledged_by is null) and (acknowledged_at is null) = (acknowledged_why is null)
  )
);

create index alert_open on alert (rule) where resolved_at is null;
create index alert_by_last_seen on alert (last_seen);

-- Written after a message was taken by the other side: a crash between the two repeats one message.
create table alert_told (
  channel          text not null,
  alert_key        text not null references alert (key) on delete cascade,
  episode          integer not null,
  times            integer not null check (times > 0),
  told_at          timestamptz not null,
  resolved_told_at timestamptz,
  primary key (channel, alert_key, episode)
);

create table alert_channel (
  name         text primary key,
  last_sent_at timestamptz,
  failures     integer not null default 0 check (failures >= 0),
  next_try_at  timestamptz,
  problem      json,
  constraint a_failing_channel_is_tried_again check ((failures = 0) = (next_try_at is null) and (failures = 0) = (problem is null))
);

create table alert_mute (
  id            integer generated always as identity primary key,
  -- The name of a rule, or the key of one alert.
  what          text not null check (what <> ''),
  -- Null: of all connections.
  connection_id uuid references connection (id),
  until         timestamptz,
  muted_by      text not null,
  why           text not null check (why <> ''),
  muted_at      timestamptz not null
);
