ALTER FUNCTION f(integer, integer) SET SCHEMA s;
