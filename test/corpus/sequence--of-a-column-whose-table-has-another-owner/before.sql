DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sequence_keeper') THEN CREATE ROLE sequence_keeper; END IF; END $$;
CREATE TABLE t (a integer, b integer);
CREATE TABLE given (a integer);
ALTER TABLE t OWNER TO sequence_keeper;
