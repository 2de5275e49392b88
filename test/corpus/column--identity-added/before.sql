CREATE TABLE t (a integer, b integer DEFAULT 5);
INSERT INTO t VALUES (1, 1);
