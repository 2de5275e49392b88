CREATE TYPE c AS (a integer, b text, d date);
CREATE TABLE t (id integer, cs c[]);
CREATE FUNCTION f(c) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION make() RETURNS SETOF c LANGUAGE sql AS $$ SELECT 1, 'x'::text, NULL::date $$;
CREATE VIEW v AS SELECT (u).a AS a FROM (SELECT unnest(cs) AS u FROM t) s;
