CREATE TABLE a (id integer, CONSTRAINT c CHECK (id > 0));
CREATE TABLE b (x text) INHERITS (a);
CREATE TABLE d (y text) INHERITS (b);
INSERT INTO d VALUES (1, 'x', 'y');
