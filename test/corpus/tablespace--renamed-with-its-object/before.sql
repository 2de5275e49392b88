CREATE TABLE old_name (id integer PRIMARY KEY USING INDEX TABLESPACE corpus_fast) TABLESPACE corpus_fast;
CREATE INDEX old_index ON old_name (id) TABLESPACE corpus_fast;
INSERT INTO old_name VALUES (1);
