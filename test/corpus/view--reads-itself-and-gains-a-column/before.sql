CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE FUNCTION rows_of_v() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
CREATE OR REPLACE VIEW v WITH (security_barrier = true) AS SELECT f.a FROM rows_of_v() f (a);
CREATE VIEW w AS SELECT a FROM t;
CREATE FUNCTION one(row_of_w w) RETURNS integer LANGUAGE sql AS 'SELECT row_of_w.a';
CREATE OR REPLACE VIEW w AS SELECT a FROM t WHERE one(ROW(a)) > 0;
