-- A chain for each connection, so that writers of different connections do not wait for each other. What was recorded before
-- stays one chain, `founding`, which never grows again. What belongs to no connection is in the chain `installation`: it goes on
-- from the founding one and holds an event for the beginning of each other chain, from which that one goes on. So all of them
-- hang on the first event of all.

alter table audit_event disable trigger audit_event_append_only;
alter table audit_event add column chain text not null default 'founding';
-- The order in which events of all chains were written; in a chain it rises with the number.
alter table audit_event add column position bigint;
update audit_event set position = sequence;
alter table audit_event enable trigger audit_event_append_only;
alter table audit_event alter column chain drop default;
alter table audit_event alter column position set not null;
alter table audit_event drop constraint audit_event_pkey;
alter table audit_event add primary key (chain, sequence);
alter table audit_event add constraint audit_event_position unique (position);

drop index audit_event_subject;
create index audit_event_subject on audit_event (subject, position);

create sequence audit_position as bigint;
select setval('audit_position', greatest(sequence, 1), sequence > 0) from audit_head;

alter table audit_head drop column only_row;
alter table audit_head add column chain text not null default 'founding';
alter table audit_head alter column chain drop default;
alter table audit_head add primary key (chain);

insert into audit_head (chain, sequence, hash) select 'installation', 0, hash from audit_head where chain = 'founding';

create or replace function advance_head_by_one() returns trigger language plpgsql as $$
begin
  if new.sequence <> old.sequence + 1 or new.chain <> old.chain or old.chain = 'founding' then
    raise exception 'the audit head of % moves from % to % only, not to %', old.chain, old.sequence, old.sequence + 1,
      new.sequence using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

-- What was cut off the beginning of a chain after it had been exported: the chain goes on from here.
create table audit_anchor (
  chain       text not null,
  sequence    bigint not null check (sequence > 0),
  hash        text not null check (hash ~ '^[0-9a-f]{64}$'),
  file_sha256 text not null check (file_sha256 ~ '^[0-9a-f]{64}$'),
  actor       json not null,
  why         text not null check (why <> ''),
  cut_at      timestamptz not null,
  primary key (chain, sequence)
);

create trigger audit_anchor_append_only before update or delete on audit_anchor
  for each row execute function refuse_change();
create trigger audit_anchor_no_truncate before truncate on audit_anchor
  for each statement execute function refuse_change();

create function audit_anchor_fits() returns trigger language plpgsql as $$
begin
  if not exists (select from audit_event e where e.chain = new.chain and e.sequence = new.sequence and e.hash = new.hash)
  then
    raise exception 'chain % has no event % with this hash', new.chain, new.sequence using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger audit_anchor_fits before insert on audit_anchor for each row execute function audit_anchor_fits();

-- Nothing of an event ever changes, and it goes only when an anchor stands for it.
create function audit_event_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE'
    or not exists (select from audit_anchor a where a.chain = old.chain and a.sequence >= old.sequence)
  then
    raise exception 'audit_event is append-only, % is refused', lower(tg_op) using errcode = 'restrict_violation';
  end if;
  return old;
end
$$;

drop trigger audit_event_append_only on audit_event;
create trigger audit_event_append_only before update or delete on audit_event
  for each row execute function audit_event_stays();

-- The one way in which events leave the table. Says how many went.
create function cut_audit_chain(of_chain text, through bigint, its_hash text, file text, by_actor json, reason text, at timestamptz)
returns bigint language plpgsql as $$
declare
  gone bigint;
begin
  insert into audit_anchor (chain, sequence, hash, file_sha256, actor, why, cut_at)
  values (of_chain, through, its_hash, file, by_actor, reason, at);
  delete from audit_event where chain = of_chain and sequence <= through;
  get diagnostics gone = row_count;
  return gone;
end
$$;

-- A seal in each row: SHA-256 of the row as it was last written by a statement. It finds a broken disk, a restored page, and
-- whoever changes rows past the triggers. Who changes a row by an ordinary statement gets a new seal, but for settlements,
-- accruals, entries and deposits the audit chain holds the seal that the row had when it last changed.

-- The text of the row without its seal. Members at the end that are null do not count, so that a table may get further columns;
-- one that is not null in rows that are there already needs `seal_table` again.
create function text_to_seal(row_text text, row_seal bytea) returns text language sql immutable as $$
  select rtrim(replace(row_text, coalesce('"\' || row_seal::text || '"', ''), ''), ',)')
$$;

create function seal_of(row_text text, row_seal bytea) returns bytea language sql immutable as $$
  select sha256(convert_to(text_to_seal(row_text, row_seal), 'UTF8'))
$$;

-- The same text whatever the session has set.
create function seal_row() returns trigger language plpgsql
  set timezone = 'UTC' set datestyle = 'ISO' set bytea_output = 'hex' set extra_float_digits = 1 as $$
begin
  new.row_seal := null;
  new.row_seal := sha256(convert_to(rtrim(new::text, ',)'), 'UTF8'));
  return new;
end
$$;

-- The tables whose rows have seals, so that one whose trigger was taken away is missed.
create table sealed_table (
  name text primary key
);

create trigger sealed_table_append_only before update or delete on sealed_table
  for each row execute function refuse_change();
create trigger sealed_table_no_truncate before truncate on sealed_table
  for each statement execute function refuse_change();

-- Gives a table its seals, or gives them anew after a column was added that is not null in the rows there are.
create function seal_table(name text) returns void language plpgsql
  set timezone = 'UTC' set datestyle = 'ISO' set bytea_output = 'hex' set extra_float_digits = 1 as $$
begin
  execute format('alter table %I add column if not exists row_seal bytea', name);
  execute format('alter table %I disable trigger user', name);
  execute format('update %I t set row_seal = seal_of(t::text, t.row_seal)', name);
  execute format('alter table %I enable trigger user', name);
  -- The last of the triggers before a row is written, which go by their names.
  execute format('create or replace trigger zz_seal before insert or update on %I for each row execute function seal_row()', name);
  insert into sealed_table values (name) on conflict do nothing;
end
$$;

-- Not sealed: what has hashes of its own, what only lasts while something runs, and what is asked for again when it is gone.
select seal_table(name) from unnest(array[
  'accrual', 'accrued_order', 'amazon_balance', 'amazon_order', 'amazon_order_item', 'attempt', 'closed_period',
  'connection', 'connection_stop', 'credential_warning', 'customer', 'deposit', 'deposit_match', 'entry',
  'entry_line', 'entry_line_bucket', 'evidence', 'evidence_delivery', 'fba_reimbursement', 'feed_cursor', 'feed_run',
  'feed_unreadable', 'finance_event', 'finance_event_amount', 'finance_event_past', 'finance_summary',
  'installation_secret', 'installation_settings', 'mapping_text', 'mapping_version', 'model_period', 'order_buyer',
  'payout', 'payout_settlement', 'proof', 'proposal', 'quarantine_item', 'report_document', 'report_listing',
  'report_request', 'sap_pause', 'secret', 'seller_marketplace', 'settled_order', 'settlement', 'settlement_file',
  'settlement_row_bucket', 'settlement_run', 'settlement_sums', 'take_back', 'vat_line']) name;
