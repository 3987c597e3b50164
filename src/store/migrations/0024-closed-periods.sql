-- Months of a company code that take no more entries of settlements: their rows go to the next open month. Each closing and
-- each reopening stays on record.

create table closed_period (
  id                 bigint generated always as identity primary key,
  connection_id      uuid not null references connection (id),
  company_code       text not null check (company_code <> ''),
  month              text not null check (month ~ '^\d{4}-(0[1-9]|1[0-2])$'),
  why                text not null,
  closed_by_kind     text not null check (closed_by_kind in ('user', 'system')),
  closed_by_name     text not null,
  closed_at          timestamptz not null,
  reopened_why       text,
  reopened_by_kind   text check (reopened_by_kind in ('user', 'system')),
  reopened_by_name   text,
  reopened_at        timestamptz,
  constraint a_reopening_is_whole check (
    (reopened_at is null) = (reopened_why is null)
    and (reopened_at is null) = (reopened_by_kind is null)
    and (reopened_at is null) = (reopened_by_name is null)
  )
);

create unique index closed_once on closed_period (connection_id, company_code, month) where reopened_at is null;

create function closed_period_only_reopens() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.reopened_at is not null
    or (new.connection_id, new.company_code, new.month, new.why, new.closed_by_kind, new.closed_by_name, new.closed_at)
      is distinct from
      (old.connection_id, old.company_code, old.month, old.why, old.closed_by_kind, old.closed_by_name, old.closed_at)
  then
    raise exception 'a closed period is reopened once and never changed otherwise' using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger closed_period_only_reopens before update or delete on closed_period
  for each row execute function closed_period_only_reopens();
create trigger closed_period_no_truncate before truncate on closed_period
  for each statement execute function refuse_change();

-- Which months were closed when a proposal was worked out, by company code; null while none was. Whoever works it out again
-- needs them to come to the same entries.
alter table proposal add column closed_through json;
