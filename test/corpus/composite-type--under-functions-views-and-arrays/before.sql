CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (id integer, cs c[]);
CREATE FUNCTION f(c) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION make() RETURNS SETOF c LANGUAGE sql AS $$ SELECT 1, 'x'::text $$;
CREATE VIEW v AS SELECT (u).a AS a FROM (SELECT unnest(cs) AS u FROM t) s;
INSERT INTO t VALUES (1, ARRAY[ROW(1, 'x')::c]);
