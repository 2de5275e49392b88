CREATE TABLE t (a integer, b integer);
CREATE INDEX i ON t ((a + b), (a * b));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100;
