CREATE EXTENSION citext;
CREATE TABLE t (a integer);
INSERT INTO t VALUES (1), (2);

-- Each of them was made in a first version, and is what it is since the others are there.
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION rows_of_v() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
CREATE OR REPLACE VIEW v AS SELECT a FROM t WHERE a NOT IN (SELECT a FROM rows_of_v());
COMMENT ON VIEW v IS 'reads itself';

CREATE FUNCTION one(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION other(integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT one($1); END;
CREATE OR REPLACE FUNCTION one(integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN $1 > 0 THEN other($1 - 1) ELSE 7 END; END;
-- Made only once what it runs is.
CREATE MATERIALIZED VIEW seven AS SELECT one(3) AS n;

CREATE DOMAIN d AS integer;
CREATE FUNCTION fits(d) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER DOMAIN d ADD CHECK (fits(VALUE));

CREATE FUNCTION next_a() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT max(a) + 1 FROM t; END;
ALTER TABLE t ALTER a SET DEFAULT next_a();

-- What is said of them is said of what they become.
ALTER FUNCTION rows_of_v() DEPENDS ON EXTENSION citext;
ALTER FUNCTION one(integer) DEPENDS ON EXTENSION citext;
ALTER FUNCTION fits(d) DEPENDS ON EXTENSION citext;
ALTER FUNCTION next_a() DEPENDS ON EXTENSION citext;
