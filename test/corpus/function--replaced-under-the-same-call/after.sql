CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (a integer DEFAULT f(1), b integer CHECK (f(b) > 0));
CREATE VIEW v AS SELECT f(a) AS x FROM t;
CREATE INDEX i ON t (f(a));
CREATE POLICY p ON t USING (f(a) > 0);
