CREATE TABLE t (a varchar(5), b numeric(6,2), c varchar);
INSERT INTO t VALUES ('1', 2, '3');
