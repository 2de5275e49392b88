-- f(1) would mean either while both are there.
CREATE FUNCTION f(integer, integer DEFAULT 2) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint';
CREATE FUNCTION finish(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (a integer DEFAULT f(2), b text DEFAULT f(1)::text, c integer DEFAULT f(1));
INSERT INTO t VALUES (1, 'x', 2);
CREATE VIEW v AS SELECT f(3)::integer AS x;
CREATE VIEW w AS SELECT x, f(x) FROM v;
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, FINALFUNC = finish);
