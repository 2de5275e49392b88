CREATE TABLE t (a integer);
CREATE TYPE e AS ENUM ('a');
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
SECURITY LABEL FOR dummy ON TABLE t IS 'kept';
SECURITY LABEL FOR dummy ON COLUMN t.a IS 'changed';
SECURITY LABEL FOR dummy ON TYPE e IS 'kept';
SECURITY LABEL FOR dummy ON FUNCTION f(integer) IS 'changed';
