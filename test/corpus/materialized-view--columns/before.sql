CREATE MATERIALIZED VIEW m WITH (toast.autovacuum_enabled = false) AS SELECT 1 AS a, 'x'::text AS "B b", 'y'::text AS c, 'z'::text AS d;
ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 3, ALTER a SET (n_distinct = 4, n_distinct_inherited = 5),
  ALTER "B b" SET STORAGE EXTERNAL, ALTER c SET COMPRESSION pglz, ALTER d SET STORAGE MAIN;
