CREATE TABLE t (a integer, b integer, c integer, d integer,
  CONSTRAINT same PRIMARY KEY (a) INCLUDE (b) WITH (fillfactor = 70, deduplicate_items = off),
  CONSTRAINT changed UNIQUE (b) WITH (fillfactor = 70) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT gone UNIQUE (c) WITH (deduplicate_items = off), CONSTRAINT other UNIQUE (d) WITH (fillfactor = 50));
CREATE TABLE u (a integer REFERENCES t);
CREATE TABLE p (a integer PRIMARY KEY) PARTITION BY LIST (a);
