-- What a person decided is to become of a settlement of which documents were reversed in SAP. It belongs to one proposal and
-- ends with it; without a row nobody has decided.

create table take_back (
  proposal_id     bigint primary key references proposal (id),
  outcome         text not null check (outcome in ('propose-again', 'leave')),
  -- To propose it again: how the rest of it is reversed before.
  reversal_reason text,
  posting_date    date,
  -- To leave it: the reversed entries that the decision was about, by their posting keys.
  reversed_keys   json,
  why             text not null,
  actor_kind      text not null check (actor_kind in ('user', 'system')),
  actor_name      text not null,
  decided_at      timestamptz not null,
  constraint a_decision_is_whole check (
    (outcome = 'propose-again') = (reversal_reason is not null)
    and (outcome = 'leave') = (reversed_keys is not null)
    and (outcome = 'propose-again' or posting_date is null)
  )
);
