CREATE TABLE t (a integer, b text, c integer[]);
CREATE UNIQUE INDEX i ON t (a);
CREATE INDEX k ON t (a DESC NULLS LAST, lower(b) COLLATE "C" text_pattern_ops) INCLUDE (c) WITH (fillfactor = 60) WHERE a > 0;
CREATE INDEX l ON t USING hash (b);
CREATE INDEX n ON t USING gin (c);
COMMENT ON INDEX i IS 'kept';
