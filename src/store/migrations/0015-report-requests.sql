-- Reports the connector asked for. The intent is committed before the request leaves.

create table report_request (
  id                 uuid primary key,
  connection_id      uuid not null references connection (id),
  kind               text not null,
  marketplace_ids    json not null,
  window_from        timestamptz not null,
  window_until       timestamptz not null check (window_until > window_from),
  state              text not null check (state in ('intended', 'requested', 'ready', 'stored', 'no-data', 'failed')),
  intended_at        timestamptz not null,
  report_id          text,
  report_document_id text,
  sha256             text references evidence (sha256),
  finished_at        timestamptz,
  problem            json,
  attempt            integer not null default 0 check (attempt >= 0),
  order_digest       text not null,
  constraint requested_has_report check (state in ('intended', 'failed') or report_id is not null),
  constraint stored_has_bytes check ((state = 'stored') = (sha256 is not null))
);

create unique index one_open_report_request on report_request (connection_id, order_digest)
  where state in ('intended', 'requested', 'ready');

create table fba_reimbursement (
  connection_id    uuid not null references connection (id),
  reimbursement_id text not null,
  sku              text not null,
  ordinal          integer not null,
  sha256           text not null references evidence (sha256),
  row_number       integer not null,
  approved_at      timestamptz,
  case_id          text,
  order_id         text,
  reason           text not null,
  asin             text,
  condition        text,
  currency         text not null,
  per_unit_minor   bigint,
  total_minor      bigint not null,
  quantity_cash    integer not null,
  quantity_inventory integer not null,
  original_id      text,
  primary key (connection_id, reimbursement_id, sku, ordinal)
);

create table vat_line (
  connection_id uuid not null references connection (id),
  sha256        text not null references evidence (sha256),
  row_number    integer not null,
  kind          text not null,
  facts         json not null,
  order_id      text,
  tax_day       date,
  currency      text,
  net_minor     bigint,
  vat_minor     bigint,
  gross_minor   bigint,
  primary key (connection_id, sha256, row_number)
);
