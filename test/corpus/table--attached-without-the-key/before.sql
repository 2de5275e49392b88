CREATE TABLE p (a int NOT NULL, b text, PRIMARY KEY (a)) PARTITION BY RANGE (a);
CREATE TABLE p1 (a int, b text);
