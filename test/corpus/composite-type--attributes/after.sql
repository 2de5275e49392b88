CREATE TYPE added AS (a integer, "B b" text COLLATE "C", c numeric(10, 2)[]);
CREATE TYPE dropped AS (a integer, c integer);
CREATE TYPE retyped AS (a bigint, b text COLLATE "C");
CREATE TYPE reordered AS (b text, a integer);
CREATE TYPE emptied AS ();
CREATE TABLE t (x added, y dropped, z retyped[]);
COMMENT ON TYPE added IS 'kept';
