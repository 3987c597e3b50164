-- Secrets and buyers are sealed by data keys: one for each connection, and one for the installation. A data key is here only as
-- vault keys have wrapped it; vault keys are never in the database.

create table vault_key (
  id         text primary key,
  -- `bytes`: the program has the key; `command`: only a command outside of it has.
  kind       text not null check (kind in ('bytes', 'command')),
  -- `joining`: data keys are being wrapped by it. `previous`: opens everything, until nobody needs it any more.
  state      text not null check (state in ('joining', 'current', 'previous', 'retired')),
  added_at   timestamptz not null,
  retired_at timestamptz,
  constraint retired_means_when check ((retired_at is not null) = (state = 'retired'))
);

create unique index one_vault_key_of_a_state on vault_key (state) where state in ('joining', 'current');

create table data_key (
  id            uuid primary key,
  -- Null: of the installation.
  connection_id uuid references connection (id),
  purpose       text not null check (purpose in ('seal', 'fingerprint')),
  version       integer not null check (version > 0),
  is_current    boolean not null,
  created_at    timestamptz not null,
  constraint fingerprints_of_the_installation check (purpose = 'seal' or connection_id is null)
);

create unique index one_version_of_data_key
  on data_key (coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), purpose, version);
create unique index one_current_data_key
  on data_key (coalesce(connection_id, '00000000-0000-0000-0000-000000000000'), purpose) where is_current;

create table wrapped_data_key (
  data_key_id  uuid not null references data_key (id) on delete cascade,
  vault_key_id text not null references vault_key (id),
  wrapped      bytea not null,
  primary key (data_key_id, vault_key_id)
);

-- `key_id` names the vault key of what was sealed before there were data keys. What is sealed holds its data key.
alter table secret
  alter column key_id drop not null,
  add column data_key_id uuid references data_key (id),
  add constraint secret_has_one_key check (num_nonnulls(key_id, data_key_id) = 1);
alter table installation_secret
  alter column key_id drop not null,
  add column data_key_id uuid references data_key (id),
  add constraint installation_secret_has_one_key check (num_nonnulls(key_id, data_key_id) = 1);
alter table order_buyer
  alter column key_id drop not null,
  add column data_key_id uuid references data_key (id),
  add constraint order_buyer_has_one_key check (num_nonnulls(key_id, data_key_id) = 1);

create index order_buyer_by_data_key on order_buyer (data_key_id);
