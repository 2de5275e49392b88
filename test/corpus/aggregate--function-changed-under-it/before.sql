CREATE FUNCTION plus(s integer, x integer) RETURNS integer LANGUAGE sql AS 'SELECT s + x';
CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer, INITCOND = '0');
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT total(a) AS n FROM t;
COMMENT ON AGGREGATE total(integer) IS 'kept';
