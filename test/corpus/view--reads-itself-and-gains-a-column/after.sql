CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE FUNCTION rows_of_v() RETURNS SETOF v LANGUAGE sql AS 'SELECT * FROM v';
CREATE OR REPLACE VIEW v WITH (security_barrier = true) AS SELECT f.a, f.b FROM rows_of_v() f (a, b);
CREATE VIEW w AS SELECT a, b FROM t;
CREATE FUNCTION one(row_of_w w) RETURNS integer LANGUAGE sql AS 'SELECT row_of_w.a';
CREATE OR REPLACE VIEW w AS SELECT a, b FROM t WHERE one(ROW(a, b)) > 0;
ALTER VIEW w ALTER b SET DEFAULT 5;
