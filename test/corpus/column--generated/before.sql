CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED, c integer GENERATED ALWAYS AS (a) STORED, d integer);
CREATE INDEX i ON t (b);
COMMENT ON COLUMN t.b IS 'kept';
INSERT INTO t (a) VALUES (1);
