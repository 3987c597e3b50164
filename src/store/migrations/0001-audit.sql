-- The audit chain. An event is one line of canonical JSON; its hash covers the previous hash and that line, so anyone
-- can recompute the chain with sha256sum. The head row is found by name when the tail of the table is cut off.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only, % is refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
end
$$;

create table audit_event (
  sequence      bigint primary key check (sequence > 0),
  action        text not null,
  subject       text not null,
  event         text not null,
  previous_hash text not null check (previous_hash ~ '^[0-9a-f]{64}$'),
  hash          text not null unique check (hash ~ '^[0-9a-f]{64}$')
);

create index audit_event_subject on audit_event (subject, sequence);

create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function refuse_change();
create trigger audit_event_no_truncate before truncate on audit_event
  for each statement execute function refuse_change();

create table audit_head (
  only_row boolean primary key default true check (only_row),
  sequence bigint not null check (sequence >= 0),
  hash     text not null check (hash ~ '^[0-9a-f]{64}$')
);

insert into audit_head (sequence, hash) values (0, repeat('0', 64));

create function advance_head_by_one() returns trigger language plpgsql as $$
begin
  if new.sequence <> old.sequence + 1 then
    raise exception 'the audit head moves from % to % only, not to %', old.sequence, old.sequence + 1, new.sequence
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger audit_head_advances before update on audit_head
  for each row execute function advance_head_by_one();
create trigger audit_head_stays before delete on audit_head
  for each row execute function refuse_change();
create trigger audit_head_no_truncate before truncate on audit_head
  for each statement execute function refuse_change();
