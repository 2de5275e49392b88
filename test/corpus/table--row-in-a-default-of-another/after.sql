CREATE TABLE t (id integer, n bigint, added integer);
CREATE TABLE holder (id integer, c t DEFAULT ROW (1, 2, 3));
