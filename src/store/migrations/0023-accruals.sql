-- An accrual books what no settlement has booked yet: orders that were shipped, or what Amazon has not settled at a month end.
-- What it was computed from is kept as evidence. A correction is a later revision; an accrual itself never changes.

create table accrual (
  key            uuid primary key,
  connection_id  uuid not null references connection (id),
  seller_account text not null,
  kind           text not null check (kind in ('orders', 'month-end')),
  name           text not null check (name <> ''),
  revision       integer not null check (revision >= 0),
  period_from    date not null,
  period_to      date not null,
  as_of          timestamptz not null,
  sources_sha256 text not null references evidence (sha256),
  source_count   bigint not null check (source_count >= 0),
  recorded_at    timestamptz not null,
  unique (seller_account, kind, name, revision),
  constraint accrual_period_runs_forward check (period_from <= period_to)
);

create index accrual_of_connection on accrual (connection_id, kind, period_to);

create trigger accrual_append_only before update or delete on accrual
  for each row execute function refuse_change();
create trigger accrual_no_truncate before truncate on accrual
  for each statement execute function refuse_change();

-- A proposal, and each of its entries, is that of one settlement or of one accrual.
alter table proposal alter column settlement_key drop not null;
alter table proposal add column accrual_key uuid references accrual (key);
alter table proposal add constraint proposal_has_one_origin check ((settlement_key is null) <> (accrual_key is null));
create unique index one_proposal_of_accrual on proposal (accrual_key) where accrual_key is not null;

alter table entry alter column settlement_key drop not null;
alter table entry add column accrual_key uuid references accrual (key);
alter table entry add constraint entry_has_one_origin check ((settlement_key is null) <> (accrual_key is null));
create index entry_of_accrual on entry (accrual_key, ordinal) where accrual_key is not null;

create function entry_origin_stays() returns trigger language plpgsql as $$
begin
  if new.accrual_key is distinct from old.accrual_key then
    raise exception 'the accrual of entry % never changes', old.posting_key using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger entry_origin_stays before update on entry
  for each row execute function entry_origin_stays();

-- As before, and of the same accrual where it is one.
create or replace function reversal_fits_entry() returns trigger language plpgsql as $$
declare
  original entry%rowtype;
begin
  if new.reverses_id is null then
    return null;
  end if;
  select * into original from entry where id = new.reverses_id;
  if original.reverses_id is not null
    or original.settlement_key is distinct from new.settlement_key
    or original.accrual_key is distinct from new.accrual_key
    or original.company_code <> new.company_code or original.currency <> new.currency
    or original.fiscal_year is distinct from new.reversal_fiscal_year
    or original.sap_document_number is distinct from new.reversal_document_number
  then
    raise exception 'entry % does not reverse entry %', new.posting_key, original.posting_key
      using errcode = 'check_violation';
  end if;
  return null;
end
$$;
