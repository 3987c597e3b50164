-- A reversal is an entry of its own that names the entry and the SAP document it takes back.

alter table entry add column reverses_id uuid references entry (id);
alter table entry add column reversal_fiscal_year text;
alter table entry add column reversal_document_number text;
alter table entry add column reversal_reason text;
-- Of a reversed entry: the document that reversed it in SAP, whoever booked that one.
alter table entry add column reversed_by_fiscal_year text;
alter table entry add column reversed_by_document_number text;

alter table entry add constraint reversal_is_whole check (
  (reverses_id is null) = (reversal_fiscal_year is null)
  and (reverses_id is null) = (reversal_document_number is null)
  and (reverses_id is null) = (reversal_reason is null)
);
alter table entry add constraint reversal_has_its_own_life check (reverses_id is null or state not in ('proposed', 'reversed'));
alter table entry add constraint reversed_by_is_whole check (
  (reversed_by_fiscal_year is null) = (reversed_by_document_number is null)
  and (reversed_by_document_number is null or state = 'reversed')
);

-- Two reversals of one entry would take it back twice. What SAP refused is withdrawn before another is made.
create unique index one_reversal_of_entry on entry (reverses_id) where reverses_id is not null and state <> 'withdrawn';
create index reversal_of_entry on entry (reverses_id) where reverses_id is not null;

-- What an entry reverses is a part of what it says.
create function reversal_content_stays() returns trigger language plpgsql as $$
begin
  if (new.reverses_id, new.reversal_fiscal_year, new.reversal_document_number, new.reversal_reason)
    is distinct from
     (old.reverses_id, old.reversal_fiscal_year, old.reversal_document_number, old.reversal_reason)
  then
    raise exception 'what entry % reverses never changes', old.posting_key using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger reversal_content_stays before update on entry
  for each row execute function reversal_content_stays();

-- An entry is reversed once it is booked, and only one of the same settlement and company code that is no reversal itself.
create function reversal_fits_entry() returns trigger language plpgsql as $$
declare
  original entry%rowtype;
begin
  if new.reverses_id is null then
    return null;
  end if;
  select * into original from entry where id = new.reverses_id;
  if original.reverses_id is not null or original.settlement_key <> new.settlement_key
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

create constraint trigger reversal_fits_entry after insert on entry
  for each row execute function reversal_fits_entry();
