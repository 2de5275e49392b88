CREATE TABLE p (a int NOT NULL, b text, c bigint) PARTITION BY RANGE (a);
CREATE TABLE p1 (a int, b varchar(10), c int, x int);
