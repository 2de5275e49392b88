CREATE TYPE ty AS (a int, b text, c int);
CREATE TABLE t OF ty;
