CREATE FUNCTION f() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE PROCEDURE g(a integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(a integer, OUT b integer, OUT c text) LANGUAGE sql AS 'SELECT 1, ''x''';
