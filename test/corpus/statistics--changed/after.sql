CREATE TABLE t (a integer, b integer, c text);
CREATE TABLE u (a integer, b integer);
CREATE STATISTICS "table" ON a, b FROM u;
CREATE STATISTICS kinds (ndistinct, mcv) ON a, b FROM t;
CREATE STATISTICS "on" (mcv) ON a, b, c FROM t;
CREATE STATISTICS target ON a, b FROM t;
ALTER STATISTICS target SET STATISTICS 200;
CREATE STATISTICS unset ON a, b FROM t;
COMMENT ON STATISTICS kinds IS 'kept';
