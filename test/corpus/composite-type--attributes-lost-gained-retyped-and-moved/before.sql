CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE inside AS (x integer, y integer, flag boolean, z text);
CREATE TYPE o AS (i inside, n text, m mood, p positive, "Q q" inside[]);
CREATE DOMAIN one AS o;
CREATE DOMAIN many AS o[];
CREATE TABLE t (id integer PRIMARY KEY, o o DEFAULT ROW (NULL, 'd', 'a', 1, NULL), os o[], d one, ds many);
CREATE INDEX ON t (((o).n));
CREATE VIEW v AS SELECT id, (o).n FROM t;
CREATE FUNCTION f(o) RETURNS text LANGUAGE sql AS 'SELECT ($1).n';
CREATE TABLE p (id integer, o o) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
INSERT INTO t SELECT 1, o, ARRAY[o, NULL], o, ARRAY[o]
FROM (SELECT ROW (ROW (1, 2, true, 'z'), 'n', 'b', 7, ARRAY[ROW (3, 4, false, '"q",'), NULL]::inside[])::o) AS v (o);
INSERT INTO t VALUES (2, NULL, '[2:3]={NULL,"(,,,,)"}', NULL, '{}'), (3, ROW (NULL, NULL, NULL, NULL, NULL), NULL, NULL, NULL);
INSERT INTO p SELECT id, o FROM t;
