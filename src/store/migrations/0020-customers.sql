-- The key map of customers in SAP: which business partner is whose. No name and no address; only fingerprints of what was written.

create table customer (
  connection_id   uuid not null references connection (id),
  -- Host and client: the same key is another business partner in another system.
  sap_system      text not null check (sap_system <> ''),
  customer_key    text not null check (customer_key ~ '^AMZ[A-Z2-7]{17}$'),
  kind            text not null check (kind in ('marketplace', 'buyer')),
  reference       text not null check (reference <> ''),
  state           text not null check (state in ('wanted', 'creating', 'unknown', 'kept', 'refused', 'conflict')),
  partner_number  text check (partner_number <> ''),
  customer_number text check (customer_number <> ''),
  written         json not null default '{}',
  intended        json not null default '{}',
  edited          json not null default '[]',
  attempt         integer not null default 0 check (attempt >= 0),
  unknown_since   timestamptz,
  problem         json,
  checked_at      timestamptz,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (connection_id, sap_system, customer_key),
  unique (connection_id, sap_system, kind, reference),
  constraint kept_has_number check (state <> 'kept' or partner_number is not null),
  constraint wanted_has_none check (state not in ('wanted', 'creating', 'unknown', 'refused') or partner_number is null),
  constraint number_is_of_a_partner check (customer_number is null or partner_number is not null),
  constraint sent_means_attempted check (state not in ('creating', 'unknown') or attempt > 0),
  constraint unknown_since_then check ((state = 'unknown') = (unknown_since is not null))
);

-- One business partner stands for one customer.
create unique index customer_by_partner on customer (connection_id, sap_system, partner_number)
  where partner_number is not null;
create index customer_by_state on customer (connection_id, sap_system, state);
create index customer_by_reference on customer (reference);

-- Whose customer it is never changes, and attempts are counted one by one.
create function customer_stays() returns trigger language plpgsql as $$
begin
  if (new.connection_id, new.sap_system, new.customer_key, new.kind, new.reference, new.created_at)
    is distinct from
     (old.connection_id, old.sap_system, old.customer_key, old.kind, old.reference, old.created_at)
  then
    raise exception 'whose customer % is never changes', old.customer_key using errcode = 'restrict_violation';
  end if;
  if new.attempt not in (old.attempt, old.attempt + 1) then
    raise exception 'attempts of customer % are counted one by one', old.customer_key using errcode = 'restrict_violation';
  end if;
  if old.partner_number is not null and new.partner_number is null then
    raise exception 'the number of customer % is never forgotten', old.customer_key using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger customer_stays before update on customer
  for each row execute function customer_stays();
-- Without its line a customer would be created a second time.
create trigger customer_no_delete before delete on customer
  for each row execute function refuse_change();
create trigger customer_no_truncate before truncate on customer
  for each statement execute function refuse_change();
