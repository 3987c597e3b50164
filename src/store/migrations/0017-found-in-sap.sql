-- An entry may be posted without having been sent: its document was found in SAP, booked by a predecessor of this database.

alter table entry add column found_in_sap_at timestamptz;

alter table entry drop constraint sent_means_attempted;
alter table entry add constraint sent_means_attempted check (
  state in ('proposed', 'approved', 'withdrawn')
  or (attempt > 0 and sending_since is not null and message_created_at is not null)
  or (state in ('posted', 'reversed') and found_in_sap_at is not null)
);
