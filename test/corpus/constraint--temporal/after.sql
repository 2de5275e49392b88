CREATE TABLE r (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS));
CREATE TABLE t (a int4range, b daterange, c int4range, CONSTRAINT f FOREIGN KEY (c, PERIOD b) REFERENCES r (a, PERIOD b));
CREATE TABLE u (a int4range, b daterange, CONSTRAINT k UNIQUE (a, b WITHOUT OVERLAPS));
