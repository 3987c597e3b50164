-- One balanced document. Amounts are minor units of the entry's currency, debit positive.

create table entry (
  id                  uuid primary key,
  proposal_id         bigint not null references proposal (id),
  settlement_key      uuid not null references settlement (key),
  ordinal             integer not null,
  posting_key         text not null unique check (posting_key ~ '^[A-Z0-9]{1,16}$'),
  company_code        text not null,
  document_type       text not null,
  document_date       date not null,
  posting_date        date not null,
  currency            text not null check (currency ~ '^[A-Z]{3}$'),
  header_text         text not null,
  header_reference    text not null,
  part                integer not null check (part between 1 and part_count),
  part_count          integer not null,
  line_count          integer not null check (line_count > 0),
  digest              text not null check (digest ~ '^[0-9a-f]{64}$'),
  state               text not null
    check (state in ('proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed')),
  approved_digest     text,
  attempt             integer not null default 0 check (attempt >= 0),
  sending_since       timestamptz,
  message_created_at  text,
  fiscal_year         text,
  sap_company_code    text,
  sap_document_number text,
  messages            json not null default '[]',
  problem             json,
  updated_at          timestamptz not null,
  unique (proposal_id, ordinal),
  unique (id, line_count),
  constraint approved_as_it_is check (state = 'proposed' or (approved_digest is not null and approved_digest = digest)),
  constraint sent_means_attempted
    check (state in ('proposed', 'approved') or (attempt > 0 and sending_since is not null and message_created_at is not null)),
  constraint booked_means_document check (
    (state in ('posted', 'reversed')) = (sap_document_number is not null)
    and (sap_document_number is null) = (fiscal_year is null)
    and (sap_document_number is null) = (sap_company_code is null)
  )
);

create index entry_of_settlement on entry (settlement_key, ordinal);
create index entry_by_state on entry (state);
create index entry_by_document on entry (sap_document_number) where sap_document_number is not null;

-- Lines carry the count of their entry, so that the set of an entry's lines is closed: none can be added afterwards.
create table entry_line (
  entry_id         uuid not null,
  line_count       integer not null,
  ordinal          integer not null check (ordinal between 1 and line_count),
  kind             text not null,
  gl_account       text not null,
  cost_center      text,
  profit_center    text,
  tax_code         text,
  amount_minor     bigint not null,
  tax_base_minor   bigint,
  tax_amount_minor bigint,
  text             text not null,
  primary key (entry_id, ordinal),
  foreign key (entry_id, line_count) references entry (id, line_count) on delete cascade,
  constraint tax_is_part_of_amount check (
    (tax_base_minor is null and tax_amount_minor is null)
    or (tax_base_minor is not null and tax_amount_minor is not null and tax_code is not null
      and tax_base_minor + tax_amount_minor = amount_minor)
  )
);

-- A bucket belongs to one line of one proposal; `position` keeps the order in which the line names its buckets.
create table entry_line_bucket (
  proposal_id bigint not null references proposal (id),
  bucket      bigint not null check (bucket between 0 and 4294967294),
  entry_id    uuid not null,
  ordinal     integer not null,
  position    integer not null,
  primary key (proposal_id, bucket),
  unique (entry_id, ordinal, position),
  foreign key (entry_id, ordinal) references entry_line (entry_id, ordinal) on delete cascade
);

create function entry_is_balanced() returns trigger language plpgsql as $$
declare
  found_count integer;
  found_sum   numeric;
begin
  -- Deferred to the commit: by then the entry may have been replaced.
  if not exists (select from entry where id = new.id) then
    return null;
  end if;
  select count(*), coalesce(sum(amount_minor), 0) into found_count, found_sum from entry_line where entry_id = new.id;
  if found_count <> new.line_count or found_sum <> 0 then
    raise exception 'entry % has % of % lines and sums to %, not to zero',
      new.posting_key, found_count, new.line_count, found_sum using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create constraint trigger entry_balanced after insert on entry
  deferrable initially deferred for each row execute function entry_is_balanced();

-- What an entry says never changes; only its state and what was learnt about it. It may be replaced while proposed.
create function entry_content_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.proposal_id, new.settlement_key, new.ordinal, new.posting_key, new.company_code, new.document_type,
      new.document_date, new.posting_date, new.currency, new.header_text, new.header_reference, new.part,
      new.part_count, new.line_count, new.digest)
    is distinct from
     (old.id, old.proposal_id, old.settlement_key, old.ordinal, old.posting_key, old.company_code, old.document_type,
      old.document_date, old.posting_date, old.currency, old.header_text, old.header_reference, old.part,
      old.part_count, old.line_count, old.digest)
  then
    raise exception 'the content of entry % never changes', old.posting_key using errcode = 'restrict_violation';
  end if;
  if new.attempt not in (old.attempt, old.attempt + 1) then
    raise exception 'attempts of entry % are counted one by one', old.posting_key using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger entry_content_stays before update on entry
  for each row execute function entry_content_stays();

create function entry_stays_once_approved() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed' then
    raise exception 'entry % is % and is never removed', old.posting_key, old.state using errcode = 'restrict_violation';
  end if;
  return old;
end
$$;

create trigger entry_stays_once_approved before delete on entry
  for each row execute function entry_stays_once_approved();

-- Lines go only together with their entry, which is gone by the time the cascade reaches them.
create function line_stays_with_entry() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' or exists (select from entry where id = old.entry_id) then
    raise exception 'lines of entry % never change', old.entry_id using errcode = 'restrict_violation';
  end if;
  return old;
end
$$;

create trigger entry_line_stays before update or delete on entry_line
  for each row execute function line_stays_with_entry();
create trigger entry_line_bucket_stays before update or delete on entry_line_bucket
  for each row execute function line_stays_with_entry();
create trigger entry_no_truncate before truncate on entry
  for each statement execute function refuse_change();
create trigger entry_line_no_truncate before truncate on entry_line
  for each statement execute function refuse_change();

-- Each send and what became of it. Only digests of the exchange, no bodies.
create table attempt (
  entry_id        uuid not null references entry (id),
  attempt         integer not null check (attempt > 0),
  started_at      timestamptz not null,
  finished_at     timestamptz,
  outcome         text check (outcome in ('posted', 'rejected', 'unavailable', 'unknown')),
  http_status     integer,
  duration_ms     integer,
  request_sha256  text,
  response_sha256 text,
  messages        json not null default '[]',
  problem         json,
  primary key (entry_id, attempt),
  constraint finished_means_outcome check ((finished_at is null) = (outcome is null))
);
