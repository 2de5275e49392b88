CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 2) VIRTUAL, c integer, CONSTRAINT even CHECK (b > 0));
CREATE VIEW v AS SELECT b FROM t;
