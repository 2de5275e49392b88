CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t;
CREATE VIEW w WITH (security_invoker = true, security_barrier = false) AS SELECT a FROM v;
