-- Who signs in at the page and the API. A user is never removed and never renamed: the audit log, approvals and the account table
-- name people by their names, so a name means one person for ever, whatever its capitals.

create table app_user (
  id                   uuid primary key,
  name                 text not null check (name ~ '^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$'),
  display_name         text not null check (display_name <> '' and length(display_name) <= 200),
  -- Closed list in src/app/access/permissions.ts.
  roles                json not null,
  -- Of the identity provider; null: the user has a password here.
  issuer               text,
  subject              text,
  -- With its parameters; never the password.
  password_hash        text,
  must_change_password boolean not null default false,
  failures             integer not null default 0 check (failures >= 0),
  lockouts             integer not null default 0 check (lockouts >= 0),
  locked_until         timestamptz,
  disabled_at          timestamptz,
  last_sign_in_at      timestamptz,
  created_at           timestamptz not null,
  constraint a_user_signs_in_one_way check (
    (issuer is null) = (subject is null) and (issuer is null or password_hash is null))
);

create unique index app_user_name on app_user (lower(name));
create unique index app_user_subject on app_user (issuer, subject);

create function app_user_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.id = old.id and new.name = old.name then
    return new;
  end if;
  raise exception 'a user is never removed, and never gets another name' using errcode = 'restrict_violation';
end
$$;

create trigger app_user_stays before update or delete on app_user for each row execute function app_user_stays();
create trigger app_user_no_truncate before truncate on app_user for each statement execute function refuse_change();

create table user_session (
  id           uuid primary key,
  user_id      uuid not null references app_user (id),
  -- SHA-256 of what the cookie holds, so that nobody signs in with what a copy of this table says.
  secret_hash  text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  started_at   timestamptz not null,
  last_seen_at timestamptz not null,
  -- The browser in its own words, shortened, so that people know their sessions apart.
  agent        text not null
);

create index user_session_user on user_session (user_id);

create table api_token (
  id           uuid primary key,
  user_id      uuid not null references app_user (id),
  label        text not null check (label <> '' and length(label) <= 100),
  secret_hash  text not null unique check (secret_hash ~ '^[0-9a-f]{64}$'),
  scopes       json not null,
  created_at   timestamptz not null,
  expires_at   timestamptz not null,
  last_used_at timestamptz,
  revoked_at   timestamptz
);

create index api_token_user on api_token (user_id);

-- A sign-in that was begun at an identity provider and is not over. Each is used once and lasts minutes.
create table sign_in_attempt (
  -- SHA-256 of what the browser that began it holds.
  browser_hash text primary key check (browser_hash ~ '^[0-9a-f]{64}$'),
  checks       json not null,
  expires_at   timestamptz not null
);

select seal_table(name) from unnest(array['app_user', 'user_session', 'api_token']) name;
