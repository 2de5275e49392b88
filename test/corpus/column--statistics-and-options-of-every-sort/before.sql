CREATE TABLE t (a text, b text, c text, d text);
ALTER TABLE t ALTER a SET STATISTICS 10;
ALTER TABLE t ALTER b SET (n_distinct = -0.5, n_distinct_inherited = 3);
ALTER TABLE t ALTER c SET STORAGE PLAIN;
ALTER TABLE t ALTER d SET STORAGE EXTERNAL;
INSERT INTO t VALUES ('a', 'b', 'c', 'd');
