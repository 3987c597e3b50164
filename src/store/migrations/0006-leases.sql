-- Who may work on what, until when by the clock of this database. `fence` rises at every change of holder.

create table lease (
  name       text primary key,
  holder     json,
  fence      bigint not null check (fence > 0),
  expires_at timestamptz not null
);
