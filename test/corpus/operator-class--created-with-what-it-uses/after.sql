CREATE SCHEMA s;
CREATE OPERATOR CLASS s."Distance" FOR TYPE point USING gist AS
  OPERATOR 11 ~= (point, point), OPERATOR 15 <-> (point, point) FOR ORDER BY float_ops,
  FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
  FUNCTION 3 gist_point_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
  FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal), STORAGE box;
CREATE FUNCTION s.less(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2';
CREATE OPERATOR s.<# (FUNCTION = s.less, LEFTARG = integer, RIGHTARG = integer);
CREATE FUNCTION s.compare(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE OPERATOR CLASS s.backwards FOR TYPE integer USING btree AS OPERATOR 1 s.<#, FUNCTION 1 s.compare(integer, integer);
CREATE OPERATOR CLASS s.backwards FOR TYPE integer USING hash FAMILY pg_catalog.integer_ops AS STORAGE integer;
CREATE TYPE s.span AS RANGE (SUBTYPE = integer, SUBTYPE_OPCLASS = s.backwards);
CREATE TABLE t (a point, b integer, EXCLUDE USING gist (a s."Distance" WITH ~=));
CREATE INDEX i ON t (b s.backwards);
CREATE TABLE p (b integer) PARTITION BY RANGE (b s.backwards);
