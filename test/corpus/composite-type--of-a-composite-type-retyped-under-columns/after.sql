CREATE TYPE i AS (x bigint, y int);
CREATE TYPE o AS (i i, n text, m text);
CREATE TABLE t (o o, os o[]);
CREATE FUNCTION f(o) RETURNS i LANGUAGE sql AS 'SELECT $1.i';
