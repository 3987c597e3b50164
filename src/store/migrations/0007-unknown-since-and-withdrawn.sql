-- How long an outcome has been unknown counts from when it became so: whoever sent it has stopped by then.
-- An entry that SAP refused, and its unsent siblings, may be replaced by a new proposal; what was refused stays on record.

alter table entry add column unknown_since timestamptz;
update entry set unknown_since = updated_at where state = 'unknown';

alter table entry drop constraint entry_state_check;
alter table entry add constraint entry_state_check
  check (state in ('proposed', 'approved', 'sending', 'unknown', 'rejected', 'posted', 'reversed', 'withdrawn'));

alter table entry drop constraint sent_means_attempted;
alter table entry add constraint sent_means_attempted check (
  state in ('proposed', 'approved', 'withdrawn')
  or (attempt > 0 and sending_since is not null and message_created_at is not null)
);

alter table entry add constraint unknown_means_since check (state <> 'unknown' or unknown_since is not null);

-- Raised when a proposal replaces entries that had been approved: their posting keys are never used again.
alter table proposal add column revision integer not null default 0 check (revision >= 0);
