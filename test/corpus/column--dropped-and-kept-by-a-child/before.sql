CREATE TABLE a (x int, y int, CONSTRAINT k CHECK (y > 0));
CREATE TABLE b (z int) INHERITS (a);
CREATE TABLE c (z int) INHERITS (a);
