-- Each change of the settings that say who approves, and who else accepted it. Until then the rules before it hold, too.

create table approval_rule_change (
  sequence      bigint generated always as identity primary key,
  connection_id uuid not null references connection (id),
  -- What held before: approval, automaticUpTo, fourEyesAbove and approverNot of the section posting.
  before        jsonb not null,
  person        text not null check (person <> ''),
  why           text not null check (why <> ''),
  at            timestamptz not null
);

create index approval_rule_change_of_connection on approval_rule_change (connection_id, sequence);

create table approval_rule_acceptance (
  change_sequence bigint primary key references approval_rule_change (sequence),
  person          text not null check (person <> ''),
  why             text not null check (why <> ''),
  at              timestamptz not null
);

create function accepted_by_another() returns trigger language plpgsql as $$
begin
  if exists (select from approval_rule_change c
      where c.sequence = new.change_sequence and lower(trim(c.person)) = lower(trim(new.person))) then
    raise exception 'a change of the approval rules is accepted by another person' using errcode = 'check_violation';
  end if;
  return new;
end
$$;

create trigger approval_rule_change_append_only before update or delete on approval_rule_change
  for each row execute function refuse_change();
create trigger approval_rule_change_no_truncate before truncate on approval_rule_change
  for each statement execute function refuse_change();
create trigger approval_rule_acceptance_append_only before update or delete on approval_rule_acceptance
  for each row execute function refuse_change();
create trigger approval_rule_acceptance_no_truncate before truncate on approval_rule_acceptance
  for each statement execute function refuse_change();
create trigger accepted_by_another before insert on approval_rule_acceptance
  for each row execute function accepted_by_another();

select seal_table(name) from unnest(array['approval_rule_change', 'approval_rule_acceptance']) name;
