CREATE TABLE t (a bigint, c varchar(40));
CREATE INDEX ab ON t (a);
CREATE INDEX e ON t ((a + 1)) INCLUDE (c);
CREATE UNIQUE INDEX w ON t (c) WHERE a > 0;
