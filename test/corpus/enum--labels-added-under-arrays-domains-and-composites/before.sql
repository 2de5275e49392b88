CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE TYPE c AS (e e, n integer);
CREATE TABLE t (id integer PRIMARY KEY, e e, es e[], d d, c c, x text);
CREATE INDEX i ON t (e);
CREATE INDEX part ON t (id) WHERE e = 'a';
CREATE VIEW v AS SELECT e, es FROM t WHERE e <> 'b';
CREATE FUNCTION f(e) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 = 'a' $$;
INSERT INTO t VALUES (1, 'a', '{a,b}', 'b', '(a,1)', 'x');
