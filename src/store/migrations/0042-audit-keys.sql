-- Every key that signed heads of the audit log, with what the key before it signed about its taking over. The private key of the one
-- in use is a secret of the installation; of those before it nothing is kept but this.

create table audit_key (
  number     integer primary key check (number > 0),
  public_key text not null unique check (public_key <> ''),
  since      timestamptz not null,
  -- Canonical JSON as it was signed; null for the first key, and for one that came because the key before it was lost.
  hand_over  text,
  check (number > 1 or hand_over is null)
);

insert into audit_key (number, public_key, since)
select row_number() over (order by position), event::json->'after'->>'publicKey', (event::json->>'at')::timestamptz
from audit_event where action = 'audit.key';

create trigger audit_key_append_only before update or delete on audit_key
  for each row execute function refuse_change();
create trigger audit_key_no_truncate before truncate on audit_key
  for each statement execute function refuse_change();

select seal_table('audit_key');
