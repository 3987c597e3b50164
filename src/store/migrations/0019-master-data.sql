-- What SAP said about its master data, and when. Read again whenever it is too old; nothing else depends on it.

create table master_data (
  -- Address and client of the SAP system: all connections to it share what was read.
  system   text not null,
  kind     text not null check (kind in ('company-codes', 'gl-accounts', 'cost-centers', 'profit-centers', 'customers',
             'company-gl-accounts', 'tax-codes', 'document-types', 'posting-periods')),
  scope    text not null,
  -- The names that were asked for; null: all of the scope.
  names    json check (json_typeof(names) = 'array'),
  rows     json check (json_typeof(rows) = 'array'),
  read_at  timestamptz,
  asked_at timestamptz not null,
  -- Why SAP did not answer when it was last asked.
  problem  json,
  primary key (system, kind, scope),
  constraint rows_have_an_age check ((rows is null) = (read_at is null)),
  constraint no_rows_means_problem check (rows is not null or problem is not null)
);
