CREATE SCHEMA s;
CREATE TYPE s.colour AS ENUM ('red');
CREATE FUNCTION s.f(s.colour, integer, boolean) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (s.colour AS integer) WITH FUNCTION s.f(s.colour, integer, boolean) AS ASSIGNMENT;
CREATE TABLE t (a integer, c s.colour);
CREATE VIEW v AS SELECT c::integer AS n FROM t;
COMMENT ON CAST (s.colour AS integer) IS 'new';
