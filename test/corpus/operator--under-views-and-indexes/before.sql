CREATE FUNCTION near(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 3';
CREATE OPERATOR ~~~ (FUNCTION = near, LEFTARG = integer, RIGHTARG = integer);
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a OPERATOR(public.~~~) 5));
CREATE INDEX i ON t (a) WHERE a OPERATOR(public.~~~) 4;
CREATE VIEW v AS SELECT a OPERATOR(public.~~~) 1 AS x FROM t;
INSERT INTO t VALUES (5);
