-- Amazon's allowances, counted for every process that works on the same seller. Times are milliseconds by this database's clock.

create table amazon_quota (
  application      text not null,
  region           text not null,
  seller_account   text not null,
  operation        text not null,
  tokens           double precision not null,
  updated_at_ms    bigint not null,
  rate_per_second  double precision not null check (rate_per_second > 0),
  blocked_until_ms bigint not null,
  primary key (application, region, seller_account, operation)
);
