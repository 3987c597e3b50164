-- A work that ends with a problem again and again is told to people, whatever the problems are; one that failed once is not.

alter table schedule
  -- Since when every turn of it has ended with a problem.
  add column troubled_since timestamptz,
  add constraint trouble_has_a_problem check (troubled_since is null or problem is not null);

-- A message that was taken and not for everybody leaves a problem, too, and nothing to try again.
alter table alert_channel
  drop constraint a_failing_channel_is_tried_again,
  add constraint a_failing_channel_is_tried_again
    check ((failures = 0) = (next_try_at is null) and (failures = 0 or problem is not null));
