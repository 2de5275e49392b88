CREATE TABLE t (a bigint, b text, c numeric(10,4), d varchar(20));
INSERT INTO t VALUES (1, '2', 3.5, 'four');
