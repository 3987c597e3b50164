-- Wrong passwords for names that no user has, counted as those of users are: a lock must not tell a stranger which names there are.
-- Both are forgotten the same time after the last of them; each new row takes forgotten ones with it.

create table sign_in_stranger (
  -- Keyed, so that a copy of this table says nothing of what was typed: some people type a password where the name belongs.
  name_digest  text primary key check (name_digest ~ '^[0-9a-f]{32,64}$'),
  failures     integer not null check (failures >= 0),
  lockouts     integer not null check (lockouts >= 0),
  locked_until timestamptz,
  -- The last wrong password, or the end of the lock that it led to.
  quiet_since  timestamptz not null
);

create index sign_in_stranger_quiet on sign_in_stranger (quiet_since);

alter table app_user add column quiet_since timestamptz;
