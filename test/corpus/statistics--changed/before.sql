CREATE TABLE t (a integer, b integer, c text);
CREATE TABLE u (a integer, b integer);
CREATE STATISTICS "table" ON a, b FROM t;
CREATE STATISTICS kinds ON a, b FROM t;
CREATE STATISTICS "on" (mcv) ON a, b FROM t;
CREATE STATISTICS target ON a, b FROM t;
CREATE STATISTICS unset ON a, b FROM t;
ALTER STATISTICS unset SET STATISTICS 10;
COMMENT ON STATISTICS kinds IS 'kept';
