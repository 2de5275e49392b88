DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
ALTER DEFAULT PRIVILEGES GRANT DELETE ON TABLES TO grant_reader;
CREATE TABLE old (a integer);
