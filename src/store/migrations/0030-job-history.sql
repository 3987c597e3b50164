-- What became of each request for work. The engine's own tables only say what is to be run next, and forget what has ended.

create table worker (
  id           text primary key,
  host         text not null,
  pid          integer not null,
  version      text not null,
  concurrency  integer not null check (concurrency > 0),
  started_at   timestamptz not null,
  last_seen_at timestamptz not null,
  ended_at     timestamptz,
  ended_how    text check (ended_how in ('stopped', 'lost')),
  constraint an_end_is_whole check ((ended_at is null) = (ended_how is null))
);

create index worker_open on worker (id) where ended_at is null;

create table job (
  id            text primary key check (id <> ''),
  name          text not null,
  connection_id uuid,
  payload       json not null,
  key           text not null,
  queue         text not null,
  priority      integer not null,
  requested_at  timestamptz not null,
  due_at        timestamptz not null,
  state         text not null check (state in ('waiting', 'running', 'done', 'failed', 'gave-up', 'cancelled', 'replaced')),
  -- What the engine hands out for an earlier placement is passed over, so that a job placed twice runs once.
  placement     integer not null check (placement > 0),
  -- Attempts up to this number count no more towards the bound of retries: a person asked for the job again after them.
  counted_from  integer not null default 0,
  replaced_by   text,
  ended_at      timestamptz,
  constraint an_end_has_its_time check ((state in ('waiting', 'running')) = (ended_at is null)),
  constraint replaced_by_another check (replaced_by is null or (state = 'replaced' and replaced_by <> id))
);

create unique index one_job_waits_for_a_key on job (key) where state = 'waiting';
create index job_newest on job (requested_at desc, id desc);
create index job_by_connection on job (connection_id, requested_at desc);
create index job_open on job (state, due_at) where state in ('waiting', 'running');
create index job_failed on job (requested_at desc) where state in ('failed', 'gave-up');
create index job_ended on job (ended_at);

create table job_attempt (
  job_id         text not null references job (id) on delete cascade,
  number         integer not null check (number > 0),
  worker_id      text not null,
  host           text not null,
  pid            integer not null,
  correlation_id uuid not null,
  started_at     timestamptz not null,
  ended_at       timestamptz,
  outcome        text check (outcome in ('done', 'failed', 'stopped', 'interrupted')),
  problem        json,
  primary key (job_id, number),
  constraint an_outcome_has_its_time check ((ended_at is null) = (outcome is null))
);

create unique index one_attempt_at_a_time on job_attempt (job_id) where ended_at is null;
create index job_attempt_by_worker on job_attempt (worker_id) where ended_at is null;
create index job_attempt_by_correlation on job_attempt (correlation_id);
