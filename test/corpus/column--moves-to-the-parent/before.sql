CREATE TABLE a (x int);
CREATE TABLE b (z int, y int) INHERITS (a);
CREATE TABLE c (z int) INHERITS (a);
