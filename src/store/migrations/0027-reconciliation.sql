-- Movements of bank accounts, and which settlement each pays. They belong to no connection: several may be paid into one account.

create table deposit (
  id               uuid primary key,
  bank_account     text not null,
  statement_id     text not null,
  entry_reference  text not null,
  booked_on        date not null,
  value_on         date,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor     bigint not null check (amount_minor <> 0),
  counterparty     text not null,
  text             text not null,
  evidence_sha256  text not null references evidence (sha256),
  -- Of the whole statement, which is not kept: it names other people too.
  statement_sha256 text check (statement_sha256 ~ '^[0-9a-f]{64}$'),
  recorded_at      timestamptz not null,
  withdrawn_at     timestamptz,
  unique (bank_account, entry_reference)
);

create index deposit_by_day on deposit (booked_on);

-- What a bank told never changes; one that was entered by mistake is withdrawn and stays.
create function deposit_content_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (to_jsonb(new) - 'withdrawn_at') is distinct from (to_jsonb(old) - 'withdrawn_at')
    or old.withdrawn_at is not null
  then
    raise exception 'deposit % never changes', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger deposit_content_stays before update or delete on deposit
  for each row execute function deposit_content_stays();
create trigger deposit_no_truncate before truncate on deposit
  for each statement execute function refuse_change();

-- A pair that was taken apart stays on record: the program does not make it again.
create table deposit_match (
  id             bigint generated always as identity primary key,
  deposit_id     uuid not null references deposit (id),
  settlement_key uuid not null references settlement (key),
  rule           text not null check (rule in ('reference', 'amount', 'person')),
  actor          json not null,
  why            text not null,
  matched_at     timestamptz not null,
  ended_at       timestamptz,
  ended_why      text,
  constraint ended_with_reason check ((ended_at is null) = (ended_why is null))
);

create unique index one_match_of_a_deposit on deposit_match (deposit_id) where ended_at is null;
create index deposit_match_of_settlement on deposit_match (settlement_key) where ended_at is null;

-- What a settlement file comes to by its own words: a pure function of the bytes, worked out once.
create table settlement_sums (
  sha256  text not null references evidence (sha256),
  version integer not null,
  facts   json not null,
  primary key (sha256, version)
);
