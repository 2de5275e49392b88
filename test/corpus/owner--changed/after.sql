DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO "grant 'W""ä";
GRANT SELECT ON t TO grant_reader;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION f() OWNER TO grant_reader;
CREATE TABLE u (a integer);
REVOKE INSERT ON u FROM CURRENT_USER;
