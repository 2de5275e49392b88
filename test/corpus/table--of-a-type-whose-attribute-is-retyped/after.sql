CREATE TYPE ty AS (a bigint, b text);
CREATE TABLE t OF ty;
