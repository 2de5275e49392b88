CREATE TABLE t (id integer, a integer CHECK (a > 0), b integer UNIQUE);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE VIEW w AS SELECT id FROM v;
INSERT INTO t VALUES (1, 2, 3);
