CREATE PROCEDURE p(a integer, OUT b integer) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE q(OUT a integer, INOUT b text) LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT 2, ''y''';
CREATE PROCEDURE r(OUT a integer, OUT b integer) LANGUAGE sql AS 'SELECT 1, 2';
COMMENT ON PROCEDURE q IS 'kept';
COMMENT ON PROCEDURE r(OUT integer, OUT integer) IS 'kept';
