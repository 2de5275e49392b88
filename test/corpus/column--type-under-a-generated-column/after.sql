CREATE TABLE t (n bigint, twice bigint GENERATED ALWAYS AS (n * 2) STORED);
