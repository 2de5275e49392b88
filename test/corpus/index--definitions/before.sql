CREATE TABLE t (a integer, b text, c integer[]);
CREATE INDEX i ON t (a);
CREATE INDEX k ON t (a);
CREATE INDEX l ON t (b);
COMMENT ON INDEX i IS 'kept';
