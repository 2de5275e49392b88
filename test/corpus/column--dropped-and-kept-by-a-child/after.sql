CREATE TABLE a (x int);
CREATE TABLE b (y int, z int, CONSTRAINT k CHECK (y > 0)) INHERITS (a);
CREATE TABLE c (z int) INHERITS (a);
