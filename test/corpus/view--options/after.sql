CREATE TABLE t (a integer);
CREATE VIEW v WITH (check_option = cascaded) AS SELECT a FROM t;
