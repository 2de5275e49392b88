CREATE FUNCTION near(x integer, y integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs(x - y) < 3';
CREATE OPERATOR ~~~ (FUNCTION = near, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = ~~~);
CREATE TABLE t (a integer, CONSTRAINT c CHECK (a OPERATOR(public.~~~) 5));
CREATE INDEX i ON t (a) WHERE a OPERATOR(public.~~~) 4;
CREATE VIEW v AS SELECT a OPERATOR(public.~~~) 1 AS x FROM t;
