CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = r_multirange);
CREATE TABLE t (r r, m r_multirange, EXCLUDE USING gist (r WITH &&));
CREATE FUNCTION f(r) RETURNS float8 LANGUAGE sql AS 'SELECT lower($1)';
CREATE VIEW v AS SELECT lower(r) AS l FROM t;
