CREATE TABLE t (a integer, b integer, c integer, d integer,
  CONSTRAINT same PRIMARY KEY (a) INCLUDE (b) WITH (deduplicate_items = off),
  CONSTRAINT changed UNIQUE (b) WITH (fillfactor = 80, deduplicate_items = off) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT gone UNIQUE (c), CONSTRAINT other UNIQUE (d, a) WITH (fillfactor = 60));
ALTER INDEX same SET (fillfactor = 70);
CREATE TABLE u (a integer REFERENCES t, b integer, CONSTRAINT made PRIMARY KEY (b) WITH (fillfactor = 90));
CREATE TABLE p (a integer PRIMARY KEY WITH (fillfactor = 80)) PARTITION BY LIST (a);
