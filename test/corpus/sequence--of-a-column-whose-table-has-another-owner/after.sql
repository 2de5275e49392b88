DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'sequence_keeper') THEN CREATE ROLE sequence_keeper; END IF; END $$;
CREATE TABLE t (a serial, b integer GENERATED ALWAYS AS IDENTITY);
CREATE TABLE given (a serial);
ALTER TABLE t OWNER TO sequence_keeper;
ALTER TABLE given OWNER TO sequence_keeper;
GRANT USAGE ON t_b_seq TO PUBLIC;
