CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = off) AS SELECT 1 AS a;
