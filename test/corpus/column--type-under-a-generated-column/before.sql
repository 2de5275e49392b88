CREATE TABLE t (n integer, twice integer GENERATED ALWAYS AS (n * 2) STORED);
INSERT INTO t VALUES (1);
