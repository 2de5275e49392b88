DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
CREATE TABLE t (a integer);
GRANT SELECT, INSERT ON t TO grant_reader WITH GRANT OPTION;
SET ROLE grant_reader;
GRANT SELECT, INSERT ON t TO "grant 'W""ä";
RESET ROLE;
GRANT USAGE ON SCHEMA public TO grant_reader;
