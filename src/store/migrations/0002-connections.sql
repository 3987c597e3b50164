-- One seller account in one Amazon region, joined to one SAP system. Secrets are ciphertext before they get here.

create table connection (
  id             uuid primary key,
  name           text not null unique,
  seller_account text not null,
  settings       json not null,
  created_at     timestamptz not null
);

create table secret (
  connection_id uuid not null references connection (id),
  name          text not null,
  key_id        text not null,
  nonce         bytea not null check (octet_length(nonce) = 12),
  ciphertext    bytea not null,
  tag           bytea not null check (octet_length(tag) = 16),
  primary key (connection_id, name)
);
