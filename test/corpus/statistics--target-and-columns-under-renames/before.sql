CREATE TABLE t (a integer, b integer, c text);
CREATE STATISTICS s (dependencies, mcv) ON b, a FROM t;
ALTER STATISTICS s SET STATISTICS 50;
COMMENT ON STATISTICS s IS 'kept';
