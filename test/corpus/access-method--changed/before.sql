CREATE FUNCTION "Heap"(internal) RETURNS table_am_handler LANGUAGE internal AS 'heap_tableam_handler';
CREATE FUNCTION tree(internal) RETURNS index_am_handler LANGUAGE internal AS 'bthandler';
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD other TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD gone TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD heap2 IS 'kept';
CREATE MATERIALIZED VIEW v USING heap2 AS SELECT 1 AS a;
