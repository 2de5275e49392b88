CREATE TABLE a (id integer DEFAULT 1, n integer);
CREATE TABLE child (extra text) INHERITS (a);
ALTER TABLE child ALTER COLUMN id SET DEFAULT 5;
INSERT INTO child (n) VALUES (1);
