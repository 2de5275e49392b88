CREATE TABLE t (a integer, b varchar(5), c numeric(6,1), d varchar(10));
