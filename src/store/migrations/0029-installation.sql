-- What holds for all connections of this database. Secrets are ciphertext before they get here.

create table installation_settings (
  only_row   boolean primary key default true check (only_row),
  settings   json not null,
  changed_at timestamptz not null
);

create table installation_secret (
  name       text primary key,
  key_id     text not null,
  nonce      bytea not null check (octet_length(nonce) = 12),
  ciphertext bytea not null,
  tag        bytea not null check (octet_length(tag) = 16),
  stored_at  timestamptz not null
);
