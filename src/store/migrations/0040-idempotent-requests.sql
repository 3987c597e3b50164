-- Writes that were asked for with a key of the caller's, so that one that is asked for again is not done twice. Claimed before the
-- work begins, in a statement of its own; kept for a day.

create table idempotent_request (
  user_id     text not null,
  key         text not null check (key ~ '^[\x21-\x7e]{1,200}$'),
  -- Method and address, and the digest of the body: the same key for something else is a mistake of the caller.
  route       text not null,
  body_sha256 text not null check (body_sha256 ~ '^[0-9a-f]{64}$'),
  -- Counts claims: who claimed it before counts no more.
  claim       integer not null check (claim > 0),
  claimed_at  timestamptz not null,
  -- Of a claim whose process has ended without a word.
  expires_at  timestamptz not null,
  status      integer check (status between 200 and 599),
  is_problem  boolean not null default false,
  -- As it was sent; null where it is not kept.
  answer      text,
  finished_at timestamptz,
  primary key (user_id, key),
  constraint finished_has_status check ((status is null) = (finished_at is null)),
  constraint answer_of_finished check (answer is null or status is not null)
);

create index idempotent_request_by_age on idempotent_request (claimed_at);
