CREATE TABLE p (b text);
CREATE TABLE c (a int, z int) INHERITS (p);
