CREATE TABLE t (a bigint, b bigint, PRIMARY KEY (b, a));
CREATE TABLE u (a bigint, b bigint, FOREIGN KEY (b, a) REFERENCES t (b, a) ON UPDATE CASCADE);
CREATE TABLE s (id bigint PRIMARY KEY, parent bigint REFERENCES s);
CREATE VIEW v AS SELECT t.a FROM t JOIN u USING (a, b);
