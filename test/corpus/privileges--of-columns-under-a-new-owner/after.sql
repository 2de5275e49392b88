DO $$ BEGIN IF to_regrole('corpus_keeper') IS NULL THEN CREATE ROLE corpus_keeper; END IF; IF to_regrole('corpus_reader') IS NULL THEN CREATE ROLE corpus_reader; END IF; END $$;
CREATE TABLE t (a int, b int);
ALTER TABLE t OWNER TO corpus_reader;
GRANT SELECT (a, b) ON t TO corpus_keeper;
