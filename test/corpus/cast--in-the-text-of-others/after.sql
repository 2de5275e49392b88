CREATE TYPE coin AS (c int);
CREATE FUNCTION to_coin(bigint) RETURNS coin LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::coin';
CREATE CAST (bigint AS coin) WITH FUNCTION to_coin(bigint) AS IMPLICIT;
CREATE TABLE t (a int, m coin DEFAULT 5::bigint::coin, CHECK (a::bigint::coin IS NOT NULL));
CREATE VIEW v AS SELECT a::bigint::coin AS m FROM t;
