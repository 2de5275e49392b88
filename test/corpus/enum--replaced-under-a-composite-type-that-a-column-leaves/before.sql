CREATE TYPE mood AS ENUM ('ok', 'sad');
CREATE TYPE pair AS (z mood);
CREATE TABLE t (id integer PRIMARY KEY, a pair, c mood[] DEFAULT '{ok}');
CREATE VIEW v AS SELECT (a).z FROM t;
INSERT INTO t VALUES (1, NULL, '{sad}');
