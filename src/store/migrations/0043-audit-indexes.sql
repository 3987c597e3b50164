-- What the audit log is searched by, besides subject and chain. The numbers of an event are its words with a digit: SAP documents,
-- posting keys, settlements, orders, ids; digests are too long to be among them.

-- Null for a text that is no JSON: a damaged event is still stored, restored, and named by whoever verifies the log.
create function audit_json(event text) returns json language plpgsql immutable as $$
begin
  return event::json;
exception when others then
  return null;
end
$$;

create function audit_numbers(event text) returns text[] language sql immutable parallel safe as $$
  select coalesce(array_agg(distinct word), '{}') from (
    select (regexp_matches(lower(event), '[a-z0-9]+(?:-[a-z0-9]+)*', 'g'))[1] as word) words
  where length(word) between 5 and 36 and word ~ '[0-9]'
$$;

create index audit_event_action on audit_event (action, position);
create index audit_event_actor on audit_event ((audit_json(event) -> 'actor' ->> 'name'), position);
create index audit_event_correlation on audit_event ((audit_json(event) ->> 'correlationId'), position);
create index audit_event_at on audit_event ((audit_json(event) ->> 'at'), position);
create index audit_event_numbers on audit_event using gin (audit_numbers(event));
