-- Amazon's allowances, counted for every process that works on the same seller. Times are milliseconds by this database's clock.

create table amazon_quota (
  application      text not null,
  region           text not null,
  seller_account   text not null,
  operation        text not null,
  tokens           double precision not null,
  updated_at_ms    double precision not null,
  rate_per_second  double precision not null check (rate_per_second > 0),
  blocked_until_ms double precision not null,
  primary key (application, region, seller_account, operation),
  -- "Not a number" counts as larger than infinity, so it is refused as well: a bucket that holds it would never open again.
  constraint numbers_are_finite check (
    tokens > '-infinity' and tokens < 'infinity'
    and updated_at_ms > '-infinity' and updated_at_ms < 'infinity'
    and rate_per_second < 'infinity'
    and blocked_until_ms > '-infinity' and blocked_until_ms < 'infinity'
  )
);
