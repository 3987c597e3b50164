-- Seals for the tables that came beside or after those of 0033, in each row as there. Without one stays only what
-- src/store/verify-everything.ts names with its reason.
select seal_table(name) from unnest(array[
  'alert', 'alert_channel', 'alert_mute', 'alert_told', 'approval', 'audit_anchor', 'data_key', 'evidence_removal', 'job',
  'job_attempt', 'privacy_hold', 'privacy_hold_order', 'schedule', 'seller_erasure', 'seller_erasure_evidence', 'vault_key',
  'wrapped_data_key']) name;

-- A seller that was erased gets no data key any more.
create trigger erased_stays_empty after insert on data_key referencing new table as added
  for each statement execute function erased_stays_empty();
