-- A turn that did not reach its goal is owed. The month-end accrual has a month for each, so none of them may be forgotten.

alter table schedule
  -- When the oldest turn was due that has not reached its goal.
  add column owed_since  timestamptz,
  -- Since when it waits, for whatever reasons one after the other.
  add column waits_since timestamptz,
  -- When a person last wanted it, also before its day.
  add column wished_at   timestamptz,
  add constraint what_waits_has_a_reason check (waits_since is null or problem is not null);

-- The month of an accrual that already waits is owed since the last day on which the accrual was due; closed days make none of them earlier.
update schedule s set owed_since = (
  select max(due.day) at time zone (s.plan->'calendar'->>'timeZone')
  from (select s.served_at at time zone (s.plan->'calendar'->>'timeZone') as at) ended,
    generate_series(date_trunc('month', ended.at) - interval '1 month', ended.at, interval '1 day') as due (day)
  where case when s.plan #> '{rule,days,workday}' is null
    then exists (
      select from json_array_elements_text(s.plan #> '{rule,days,daysOfMonth}') as named
      where extract(day from due.day)
        = least(named::integer, extract(day from date_trunc('month', due.day) + interval '1 month - 1 day')))
    else extract(isodow from due.day) < 6 and (s.plan #>> '{rule,days,workday}')::integer = (
      select count(*) from generate_series(date_trunc('month', due.day), due.day, interval '1 day') as earlier (day)
      where extract(isodow from earlier.day) < 6)
    end)
where s.is_on and s.work = 'accrual' and s.problem is not null;
