CREATE TABLE t (a text) WITH (fillfactor = 80, toast_tuple_target = 256, parallel_workers = 2,
  autovacuum_enabled = off, toast.autovacuum_vacuum_threshold = 5, user_catalog_table = true);
CREATE TABLE u (a text);
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE q PARTITION OF p FOR VALUES IN (1) WITH (fillfactor = 60);
