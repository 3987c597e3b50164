-- SAP is left alone for a connection: no process calls it before `until`. One row for each connection that is paused.

create table sap_pause (
  connection_id uuid primary key references connection (id),
  problem       json not null,
  since         timestamptz not null,
  until         timestamptz not null,
  -- How often in a row SAP was found away.
  looks         integer not null check (looks >= 1),
  constraint a_pause_lasts check (until > since)
);
