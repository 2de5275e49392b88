CREATE TABLE t (a bigint, b integer, g bigint GENERATED ALWAYS AS (a * b + 1) STORED);
CREATE INDEX i ON t (g);
CREATE VIEW v AS SELECT g FROM t;
COMMENT ON COLUMN t.g IS 'kept';
