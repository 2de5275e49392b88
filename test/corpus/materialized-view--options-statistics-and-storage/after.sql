CREATE TABLE t (a text, b text);
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = off) AS SELECT a, b FROM t WITH NO DATA;
