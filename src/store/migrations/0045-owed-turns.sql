-- A turn that did not reach its goal is owed. The month-end accrual has a month for each, so none of them may be forgotten.

alter table schedule
  -- When the oldest turn was due that has not reached its goal.
  add column owed_since  timestamptz,
  -- Since when it waits, for whatever reasons one after the other.
  add column waits_since timestamptz,
  add constraint what_waits_has_a_reason check (waits_since is null or problem is not null);
