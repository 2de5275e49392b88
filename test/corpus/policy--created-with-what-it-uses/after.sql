CREATE SCHEMA s;
CREATE TABLE s.members (id integer);
CREATE FUNCTION s.allowed(a integer) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT a > 0';
CREATE TABLE t (a integer, b text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (EXISTS (SELECT FROM s.members m WHERE m.id = t.a)) WITH CHECK (s.allowed(a) AND b IS NOT NULL);
CREATE TABLE own (a integer);
CREATE POLICY p ON own USING (a IN (SELECT t.a FROM t));
