CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TABLE t (id integer PRIMARY KEY, m mood DEFAULT 'sad', all_moods mood[] NOT NULL DEFAULT '{sad}');
CREATE INDEX t_m ON t (m) WHERE m = 'sad'::mood;
CREATE INDEX t_text ON t ((m IS NULL));
CREATE VIEW v AS SELECT m FROM t;
CREATE FUNCTION f(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
COMMENT ON COLUMN t.m IS 'kept';
COMMENT ON TYPE mood IS 'kept too';
COMMENT ON VIEW v IS 'and this';
