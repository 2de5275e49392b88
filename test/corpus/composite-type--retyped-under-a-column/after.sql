CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (id integer, x c DEFAULT ROW(1, 'd'));
CREATE FUNCTION f(x c) RETURNS integer LANGUAGE sql AS 'SELECT x.a::integer';
CREATE VIEW v AS SELECT id, x FROM t;
