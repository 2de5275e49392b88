CREATE TYPE colour AS ENUM ('red');
CREATE TYPE "Pair" AS (a integer, b integer);
CREATE FUNCTION to_number(colour) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION to_other(colour) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE CAST (colour AS integer) WITH FUNCTION to_number(colour);
CREATE CAST (varchar AS colour) WITH INOUT;
CREATE CAST ("Pair"[] AS text[]) WITH INOUT AS ASSIGNMENT;
COMMENT ON CAST (colour AS integer) IS 'kept';
