-- A work that ends with a problem again and again is told to people, whatever the problems are; one that failed once is not.

alter table schedule
  -- Since when every turn of it has ended with a problem.
  add column troubled_since timestamptz,
  add constraint trouble_has_a_problem check (troubled_since is null or problem is not null);
