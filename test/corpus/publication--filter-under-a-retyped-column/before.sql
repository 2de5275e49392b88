CREATE TABLE t (id integer PRIMARY KEY, x integer, y text);
CREATE PUBLICATION p FOR TABLE t (id, x) WHERE (id > 5);
INSERT INTO t VALUES (1, 2, 'y');
