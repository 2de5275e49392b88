CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t ((a + b), (a * b));
ALTER INDEX i ALTER COLUMN 2 SET STATISTICS 200;
