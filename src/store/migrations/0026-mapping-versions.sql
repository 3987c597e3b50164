-- The account table of a connection as a controlled record: each version with its author and reason, in the order in which
-- they were recorded. Nothing of a version changes but that it is approved, once, and none is ever removed.

create table mapping_version (
  connection_id   uuid not null references connection (id),
  number          integer not null check (number > 0),
  -- What its source was called: a file, or what was taught.
  name            text not null check (name <> ''),
  sha256          text not null references mapping_text (sha256),
  -- The first posting date for which its changes hold; null: for all that is not booked yet.
  valid_from      date,
  author_kind     text not null check (author_kind in ('user', 'system')),
  author_name     text not null,
  reason          text not null check (reason <> ''),
  recorded_at     timestamptz not null,
  approver_kind   text check (approver_kind in ('user', 'system')),
  approver_name   text,
  approval_reason text,
  approved_at     timestamptz,
  primary key (connection_id, number),
  constraint approval_is_whole check (
    (approved_at is null) = (approver_kind is null)
    and (approved_at is null) = (approver_name is null)
    and (approved_at is null) = (approval_reason is null)
  )
);

create function mapping_version_is_only_approved() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.approved_at is not null
    or (new.connection_id, new.number, new.name, new.sha256, new.valid_from, new.author_kind, new.author_name, new.reason,
        new.recorded_at)
      is distinct from
       (old.connection_id, old.number, old.name, old.sha256, old.valid_from, old.author_kind, old.author_name, old.reason,
        old.recorded_at)
  then
    raise exception 'version % of an account table is approved once and never changed', old.number
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger mapping_version_stays before update or delete on mapping_version
  for each row execute function mapping_version_is_only_approved();
create trigger mapping_version_no_truncate before truncate on mapping_version
  for each statement execute function refuse_change();

-- What a version says is evidence of what was booked by it.
create trigger mapping_text_stays before update or delete on mapping_text
  for each row execute function refuse_change();
