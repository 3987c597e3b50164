-- What people said to an entry, or to a reversal that was asked for: approvals and refusals, for exactly one content each.
-- Rows stay when the content is replaced, so the entry is named and not referred to.

create table approval (
  sequence        bigint generated always as identity primary key,
  connection_id   uuid not null references connection (id),
  -- The entry that is approved, or the one that is to be reversed.
  entry_id        uuid not null,
  -- Of what is approved: the entry itself, or the reversal.
  posting_key     text not null,
  digest          text not null check (digest ~ '^[0-9a-f]{64}$'),
  verdict         text not null check (verdict in ('approve', 'refuse')),
  -- Refusals of this digest before it: what was approved before a refusal does not count any more.
  round           integer not null check (round >= 0),
  person          text not null check (person <> ''),
  why             text not null check (why <> ''),
  -- Of a reversal: how it was asked for.
  reversal_reason text,
  reversal_date   date,
  at              timestamptz not null,
  constraint reversal_is_whole check ((reversal_reason is null) = (reversal_date is null))
);

create unique index approval_counts_once on approval (digest, round, lower(person)) where verdict = 'approve';
create index approval_of_content on approval (digest, sequence);
create index approval_of_entry on approval (entry_id, sequence);
create index approval_of_connection on approval (connection_id, sequence);

create trigger approval_append_only before update or delete on approval
  for each row execute function refuse_change();
create trigger approval_no_truncate before truncate on approval
  for each statement execute function refuse_change();

-- How many people had to approve an entry, by the rules of the day on which it was approved.
alter table entry add column approvals_needed integer not null default 0 check (approvals_needed between 0 and 2);

-- Nothing is approved or sent with fewer people behind exactly this content, whatever the program believes; and what somebody
-- refused needs a person, also where the system may approve.
create function entry_has_its_approvals() returns trigger language plpgsql as $$
declare
  last_refusal bigint;
  given        integer;
  wanted       integer := new.approvals_needed;
begin
  if new.state not in ('approved', 'sending') then
    return new;
  end if;
  select max(sequence) into last_refusal from approval where digest = new.digest and verdict = 'refuse';
  if last_refusal is not null then
    wanted := greatest(wanted, 1);
  end if;
  select count(distinct lower(person)) into given from approval
    where digest = new.digest and verdict = 'approve' and sequence > coalesce(last_refusal, 0);
  if given < wanted then
    raise exception 'entry % needs % approvals and has %', new.posting_key, wanted, given
      using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create trigger entry_has_its_approvals before insert or update of state on entry
  for each row execute function entry_has_its_approvals();
