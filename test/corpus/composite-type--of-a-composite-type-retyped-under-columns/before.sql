CREATE TYPE i AS (x int, y int);
CREATE TYPE o AS (i i, n text);
CREATE TABLE t (o o, os o[]);
CREATE FUNCTION f(o) RETURNS i LANGUAGE sql AS 'SELECT $1.i';
