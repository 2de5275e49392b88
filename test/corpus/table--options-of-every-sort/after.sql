CREATE TABLE t (a text);
CREATE TABLE u (a text) WITH (vacuum_truncate = false, log_autovacuum_min_duration = 100, toast.vacuum_truncate = false);
CREATE TABLE p (a integer) PARTITION BY LIST (a);
CREATE TABLE q PARTITION OF p FOR VALUES IN (1) WITH (fillfactor = 90);
INSERT INTO t VALUES ('x');
