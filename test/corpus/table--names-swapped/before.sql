CREATE TABLE a (id integer, x text);
CREATE TABLE b (id integer, y text);
CREATE TABLE c (z integer);
INSERT INTO a VALUES (1, 'a');
INSERT INTO b VALUES (1, 'b');
