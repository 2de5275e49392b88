CREATE TABLE a (id integer);
CREATE TABLE b (id integer, x text);
CREATE TABLE child (id integer, x text, y integer);
ALTER TABLE child INHERIT a;
INSERT INTO child VALUES (1, 'q', 2);
