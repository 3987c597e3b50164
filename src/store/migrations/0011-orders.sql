-- Orders as Amazon tells them, the newest version of each. Amounts are minor units of the order's currency. Nothing about a person.

create table amazon_order (
  id                bigint generated always as identity primary key,
  connection_id     uuid not null references connection (id),
  order_id          text not null,
  seller_order_id   text,
  created_at        timestamptz not null,
  last_updated_at   timestamptz not null,
  status            text not null check (status in ('pending-availability', 'pending', 'unshipped', 'partially-shipped',
                      'shipped', 'cancelled', 'unfulfillable', 'other')),
  amazon_status     text not null,
  detail            text not null check (detail in ('report', 'api')),
  lacks_tax_data    boolean not null,
  -- A report told it and the interface would tell more: a business order, or one that the interface had told before.
  wants_detail      boolean not null default false,
  channel           text not null check (channel in ('amazon', 'non-amazon')),
  marketplace_id    text,
  marketplace_name  text,
  fulfilled_by      text check (fulfilled_by in ('amazon', 'merchant')),
  service_level     text,
  programs          json not null,
  is_business       boolean not null,
  is_replacement_of text,
  currency          text check (currency ~ '^[A-Z]{3}$'),
  grand_total_minor bigint,
  charges           json not null,
  payments          json not null,
  tax_registrations json not null,
  ship_to_city      text,
  ship_to_state     text,
  ship_to_country   text,
  shipped_at        timestamptz,
  deliver_by        timestamptz,
  report_sha256     text references evidence (sha256),
  source            json,
  content_sha256    text not null check (content_sha256 ~ '^[0-9a-f]{64}$'),
  first_seen_at     timestamptz not null,
  changed_at        timestamptz not null,
  unique (connection_id, order_id),
  constraint amount_has_currency check (grand_total_minor is null or currency is not null),
  constraint told_by_report_or_interface check ((detail = 'report') = (report_sha256 is not null)),
  constraint detail_is_wanted_of_reports check (detail = 'report' or not wants_detail)
);

create index amazon_order_by_update on amazon_order (connection_id, last_updated_at);
create index amazon_order_by_creation on amazon_order (connection_id, created_at);
create index amazon_order_by_number on amazon_order (order_id);
create index amazon_order_wanting on amazon_order (connection_id, last_updated_at) where wants_detail;

create function order_version_never_older() returns trigger language plpgsql as $$
begin
  if new.last_updated_at < old.last_updated_at then
    raise exception 'order % is known as of %, an older version of % does not replace it',
      old.order_id, old.last_updated_at, new.last_updated_at using errcode = 'restrict_violation';
  end if;
  return new;
end
$$;

create trigger order_version_never_older before update on amazon_order
  for each row execute function order_version_never_older();

create table amazon_order_item (
  order_key        bigint not null references amazon_order (id) on delete cascade,
  item_key         text not null,
  ordinal          integer not null,
  order_item_id    text,
  sku              text,
  asin             text,
  title            text,
  quantity_ordered integer not null check (quantity_ordered >= 0),
  quantity_shipped integer,
  is_cancelled     boolean not null,
  is_business_price boolean not null,
  unit_price_minor bigint,
  -- Sums of the charges below, by kind and subject, so that they can be queried.
  item_minor       bigint not null,
  shipping_minor   bigint not null,
  gift_wrap_minor  bigint not null,
  other_minor      bigint not null,
  tax_minor        bigint not null,
  discount_minor   bigint not null check (discount_minor <= 0),
  proceeds_minor   bigint,
  points_minor     bigint,
  charges          json not null,
  promotion_ids    json not null,
  is_tax_collected_by_amazon boolean,
  tax_collector    text,
  tax_reporting_scheme text,
  ioss_number      text,
  primary key (order_key, item_key)
);

create index amazon_order_item_by_sku on amazon_order_item (sku);
