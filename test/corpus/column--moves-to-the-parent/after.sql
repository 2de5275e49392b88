CREATE TABLE a (x int, y int);
CREATE TABLE b (z int) INHERITS (a);
CREATE TABLE c (z int) INHERITS (a);
