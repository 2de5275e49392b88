CREATE TYPE mood AS ENUM ('sad');
CREATE TYPE pair AS (z mood);
CREATE TABLE t (id integer PRIMARY KEY, a mood[], c mood[]);
CREATE VIEW v AS SELECT a FROM t;
INSERT INTO t VALUES (1, NULL, '{sad}');
