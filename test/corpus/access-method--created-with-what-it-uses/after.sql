CREATE SCHEMA s;
CREATE FUNCTION s.heap(internal) RETURNS table_am_handler LANGUAGE internal AS 'heap_tableam_handler';
CREATE FUNCTION s.tree(internal) RETURNS index_am_handler LANGUAGE internal AS 'hashhandler';
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER s.heap;
CREATE ACCESS METHOD tree2 TYPE INDEX HANDLER s.tree;
CREATE OPERATOR CLASS s.numbers DEFAULT FOR TYPE integer USING tree2 AS
  OPERATOR 1 =, FUNCTION 1 hashint4(integer);
CREATE TABLE t (a integer);
CREATE TABLE u (a integer) USING heap2;
CREATE INDEX i ON u USING tree2 (a);
COMMENT ON ACCESS METHOD tree2 IS 'new';
