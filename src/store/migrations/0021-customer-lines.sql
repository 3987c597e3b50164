-- A line may be an open item of a customer in SAP; gl_account is then the customer's reconciliation account.

alter table entry_line
  add column customer text check (customer ~ '^[A-Z0-9._/-]{1,10}$'),
  add constraint customer_line_is_plain
    check (customer is null or (cost_center is null and profit_center is null and tax_code is null));
