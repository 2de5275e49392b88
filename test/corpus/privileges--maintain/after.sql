DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
CREATE TABLE t (a integer);
GRANT ALL ON t TO grant_reader;
REVOKE MAINTAIN ON t FROM grant_reader;
GRANT SELECT, MAINTAIN ON t TO "grant 'W""ä";
