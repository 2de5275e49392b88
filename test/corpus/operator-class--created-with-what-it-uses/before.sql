CREATE TABLE t (a point, b integer);
