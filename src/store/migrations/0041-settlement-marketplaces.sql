-- The stores that the rows of a file name, as it writes them. Null: received before this was kept.
alter table settlement add column marketplaces json;
alter table settlement_file add column marketplaces json;
