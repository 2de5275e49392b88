CREATE TABLE t (id bigint PRIMARY KEY, x bigint, y text);
CREATE PUBLICATION p FOR TABLE t (id, x) WHERE (id > 5);
