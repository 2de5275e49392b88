CREATE TABLE p (a int, b text);
CREATE TABLE c (a int, z int) INHERITS (p);
