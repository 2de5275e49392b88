CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, x c DEFAULT ROW(1, 'd'));
CREATE FUNCTION f(x c) RETURNS integer LANGUAGE sql AS 'SELECT x.a';
CREATE VIEW v AS SELECT id, x FROM t;
INSERT INTO t VALUES (1, ROW(2, 'it''s, "so"'));
