CREATE TYPE added AS (a integer);
CREATE TYPE dropped AS (a integer, b text, c integer);
CREATE TYPE retyped AS (a integer, b text);
CREATE TYPE reordered AS (a integer, b text);
CREATE TYPE emptied AS (a integer);
CREATE TABLE t (x added, y dropped, z retyped[]);
INSERT INTO t VALUES (ROW(1), ROW(1, 'x', 3), NULL);
COMMENT ON TYPE added IS 'kept';
