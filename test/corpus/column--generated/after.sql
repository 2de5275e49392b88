CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 2) STORED, c integer, d integer GENERATED ALWAYS AS (a) STORED);
CREATE INDEX i ON t (b);
COMMENT ON COLUMN t.b IS 'kept';
