DO $$ BEGIN IF to_regrole('corpus_keeper') IS NULL THEN CREATE ROLE corpus_keeper; END IF; IF to_regrole('corpus_reader') IS NULL THEN CREATE ROLE corpus_reader; END IF; END $$;
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY, n int);
ALTER TABLE t OWNER TO corpus_keeper;
CREATE TABLE u (id int);
