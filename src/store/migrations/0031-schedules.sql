-- What is done by itself, and when next. One row for each work of each connection, and for each work of the whole installation.

create table schedule (
  key             text primary key,
  -- Null for a work of the installation.
  connection_id   uuid references connection (id),
  work            text not null,
  is_on           boolean not null,
  -- All that the next turn is computed from.
  plan            json not null,
  cadence_s       integer not null check (cadence_s > 0),
  -- Of which settings the plan was made, and when.
  marker          text not null,
  planned_at      timestamptz not null,
  next_due_at     timestamptz not null,
  last_slot_at    timestamptz,
  dispatched_at   timestamptz,
  missed_turns    integer not null default 0 check (missed_turns >= 0),
  served_slot_at  timestamptz,
  served_at       timestamptz,
  problem         json,
  asked_at        timestamptz,
  paused_at       timestamptz,
  paused_by       json,
  paused_why      text,
  paused_until    timestamptz,
  constraint a_key_names_its_work check (key = coalesce(connection_id::text, 'installation') || ':' || work),
  constraint a_pause_has_a_reason check ((paused_at is null) = (paused_why is null) and (paused_at is null) = (paused_by is null)),
  constraint a_dispatch_has_a_slot check ((last_slot_at is null) = (dispatched_at is null))
);

create index schedule_due on schedule (next_due_at) where is_on;
create index schedule_asked on schedule (asked_at) where asked_at is not null;
create index schedule_of_connection on schedule (connection_id);
