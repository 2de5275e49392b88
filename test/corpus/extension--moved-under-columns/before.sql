CREATE SCHEMA "My Types";
CREATE EXTENSION citext;
CREATE TABLE t (a citext DEFAULT 'x', b citext[], c citext NOT NULL UNIQUE);
INSERT INTO t VALUES ('1', '{2}', '3');
CREATE FUNCTION f(citext) RETURNS citext LANGUAGE sql AS 'SELECT $1';
CREATE VIEW v AS SELECT a FROM t WHERE c = 'x';
CREATE INDEX i ON t (a citext_pattern_ops);
