CREATE TABLE r (a int4range, b daterange);
CREATE TABLE t (a int4range, b daterange, c int4range);
CREATE TABLE u (a int4range, b daterange, CONSTRAINT k UNIQUE (a, b));
INSERT INTO r VALUES ('[1,2)', '[2020-01-01,2021-01-01)');
