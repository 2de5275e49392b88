CREATE FUNCTION cost(integer) RETURNS SETOF integer LANGUAGE sql COST 7 ROWS 9 AS 'SELECT 1';
CREATE FUNCTION marks(integer) RETURNS integer LANGUAGE sql IMMUTABLE LEAKPROOF STRICT PARALLEL RESTRICTED SECURITY DEFINER AS 'SELECT 1';
CREATE FUNCTION supported(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT SUPPORT text_starts_with_support AS 'text_starts_with';
CREATE FUNCTION settings() RETURNS integer LANGUAGE sql SET search_path = public, "A b" SET work_mem = '7MB' SET "my.setting" = 'x''y' AS 'SELECT 1';
CREATE FUNCTION atomic(a integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT a + 2; END;
CREATE FUNCTION ranked() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION outs(a integer, INOUT b integer, OUT c text, VARIADIC d integer[] DEFAULT '{}') LANGUAGE sql AS 'SELECT 1, ''''';
