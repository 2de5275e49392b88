CREATE TYPE kept;
CREATE FUNCTION canonical(kept) RETURNS kept LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE kept AS RANGE (SUBTYPE = integer, CANONICAL = canonical);
CREATE TYPE "New";
CREATE FUNCTION canonical("New") RETURNS "New" LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE "New" AS RANGE (SUBTYPE = integer, CANONICAL = canonical);
CREATE TABLE t (a "New", b "New"[]);
