CREATE TABLE t (a integer, b integer);
CREATE STATISTICS s (ndistinct) ON a, b, (a + b) FROM t;
