CREATE TABLE t (a text, b text);
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70, toast.autovacuum_enabled = off) AS SELECT a, b FROM t;
