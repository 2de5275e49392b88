DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grant_reader') THEN CREATE ROLE grant_reader; CREATE ROLE "grant 'W""ä"; END IF; END $$;
CREATE TABLE t (a integer);
ALTER TABLE t OWNER TO grant_reader;
CREATE OPERATOR FAMILY f USING btree;
ALTER OPERATOR FAMILY f USING btree OWNER TO grant_reader;
