CREATE TABLE t (a integer);
CREATE VIEW v WITH (security_barrier = true, check_option = local) AS SELECT a FROM t;
