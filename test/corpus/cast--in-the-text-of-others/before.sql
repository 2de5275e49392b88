CREATE TYPE coin AS (c int);
CREATE FUNCTION to_coin(int) RETURNS coin LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::coin';
CREATE CAST (int AS coin) WITH FUNCTION to_coin(int) AS ASSIGNMENT;
CREATE TABLE t (a int, m coin DEFAULT 5::coin, CHECK (a::coin IS NOT NULL));
CREATE VIEW v AS SELECT a::coin AS m FROM t;
