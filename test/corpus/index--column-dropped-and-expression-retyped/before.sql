CREATE TABLE t (a integer, b integer, c text);
CREATE INDEX ab ON t (a, b);
CREATE INDEX e ON t ((a + b)) INCLUDE (c);
CREATE UNIQUE INDEX w ON t (c) WHERE b > 0;
INSERT INTO t VALUES (1, 2, 'x');
