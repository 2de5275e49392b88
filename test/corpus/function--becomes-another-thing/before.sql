CREATE FUNCTION f() RETURNS bigint LANGUAGE internal AS 'window_row_number';
CREATE FUNCTION g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(a integer, OUT b integer) LANGUAGE sql AS 'SELECT 1';
