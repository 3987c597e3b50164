-- Buyers, sealed by the vault. Amazon's policy: gone at most 30 days after delivery. Nothing refers to a row here.

create table order_buyer (
  connection_id uuid not null references connection (id),
  order_id      text not null,
  key_id        text not null,
  nonce         bytea not null check (octet_length(nonce) = 12),
  ciphertext    bytea not null,
  tag           bytea not null check (octet_length(tag) = 16),
  delete_after  timestamptz not null,
  primary key (connection_id, order_id)
);

create index order_buyer_due on order_buyer (delete_after);
