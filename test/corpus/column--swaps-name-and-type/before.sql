CREATE TABLE t (a integer, b text);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a, b FROM t;
INSERT INTO t VALUES (1, '2');
