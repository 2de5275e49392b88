CREATE TABLE t (a integer, b integer, UNIQUE (a, b));
CREATE UNIQUE INDEX i ON t (b) WHERE a > 0;
