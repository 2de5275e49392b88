DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
CREATE SCHEMA s;
CREATE TABLE t (a integer, b integer);
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
GRANT SELECT ON t TO grant_reader;
GRANT SELECT (a) ON t TO "grant 'W""ä";
REVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC;
