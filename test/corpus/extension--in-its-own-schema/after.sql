CREATE SCHEMA ext;
CREATE EXTENSION pg_trgm SCHEMA ext;
CREATE TABLE t (a text);
CREATE INDEX t_a ON t USING gin (a ext.gin_trgm_ops);
COMMENT ON EXTENSION pg_trgm IS 'ours';
