CREATE FUNCTION f(integer, b text) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1, 'x') AS y;
