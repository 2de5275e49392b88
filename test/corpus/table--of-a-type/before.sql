CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (a integer, b text);
CREATE TABLE u OF c (PRIMARY KEY (a), b DEFAULT 'x');
INSERT INTO t VALUES (1);
