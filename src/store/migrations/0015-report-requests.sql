-- Reports the connector asked for. The intent is committed before the request leaves.

create table report_request (
  id                 uuid primary key,
  connection_id      uuid not null references connection (id),
  kind               text not null
    check (kind in ('orders-by-last-update', 'fba-reimbursements', 'vat-calculation', 'vat-transactions')),
  marketplace_ids    json not null,
  window_from        timestamptz not null,
  window_until       timestamptz not null,
  state              text not null check (state in ('intended', 'requested', 'ready', 'stored', 'no-data', 'failed')),
  intended_at        timestamptz not null,
  report_id          text,
  report_document_id text,
  sha256             text references evidence (sha256),
  finished_at        timestamptz,
  problem            json,
  attempt            integer not null default 0 check (attempt >= 0),
  order_digest       text not null check (order_digest ~ '^[0-9a-f]{64}$'),
  constraint window_goes_forward check (window_until > window_from),
  constraint requested_has_report check (state in ('intended', 'failed') or report_id is not null),
  constraint ready_has_document check (state not in ('ready', 'stored') or report_document_id is not null),
  constraint stored_has_bytes check ((state = 'stored') = (sha256 is not null)),
  constraint ended_has_time check ((state in ('stored', 'no-data', 'failed')) = (finished_at is not null))
);

create unique index one_open_report_request on report_request (connection_id, order_digest)
  where state in ('intended', 'requested', 'ready');
create index report_request_of_order on report_request (connection_id, order_digest, intended_at);
create index report_request_by_intent on report_request (connection_id, intended_at);

-- What was asked for never changes, and attempts are only counted up.
create function report_order_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.connection_id, new.kind, new.window_from, new.window_until, new.intended_at, new.order_digest)
    is distinct from
     (old.id, old.connection_id, old.kind, old.window_from, old.window_until, old.intended_at, old.order_digest)
    or new.marketplace_ids::text <> old.marketplace_ids::text
  then
    raise exception 'what report request % asks for never changes', old.id using errcode = 'restrict_violation';
  end if;
  if new.attempt < old.attempt then
    raise exception 'attempts of report request % are only counted up', old.id using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger report_order_stays before update on report_request
  for each row execute function report_order_stays();

create table fba_reimbursement (
  connection_id    uuid not null references connection (id),
  reimbursement_id text not null,
  sku              text not null,
  -- Counts rows of the same reimbursement and SKU, in the order of the report.
  ordinal          integer not null,
  sha256           text not null references evidence (sha256),
  row_number       integer not null,
  approved_at      timestamptz,
  case_id          text,
  order_id         text,
  reason           text not null,
  asin             text,
  condition        text,
  currency         text not null check (currency ~ '^[A-Z]{3}$'),
  per_unit_minor   bigint,
  total_minor      bigint not null,
  quantity_cash    integer not null,
  quantity_inventory integer not null,
  original_id      text,
  content_sha256   text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  primary key (connection_id, reimbursement_id, sku, ordinal)
);

create index fba_reimbursement_of_report on fba_reimbursement (sha256);

create table vat_line (
  connection_id uuid not null references connection (id),
  sha256        text not null references evidence (sha256),
  row_number    integer not null,
  kind          text not null check (kind in ('vat-calculation', 'vat-transactions')),
  facts         json not null,
  order_id      text,
  tax_day       date,
  currency      text check (currency ~ '^[A-Z]{3}$'),
  net_minor     bigint,
  vat_minor     bigint,
  gross_minor   bigint,
  primary key (connection_id, sha256, row_number)
);

create index vat_line_of_order on vat_line (connection_id, order_id) where order_id is not null;
