CREATE TABLE t (id integer, gone text);
INSERT INTO t VALUES (1, 'x');
