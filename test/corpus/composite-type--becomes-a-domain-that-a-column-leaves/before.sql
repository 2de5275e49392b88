CREATE TYPE k AS (a int);
CREATE TABLE t (id int, b k);
