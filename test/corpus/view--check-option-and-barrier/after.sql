CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a FROM t WHERE a > 0;
CREATE VIEW w WITH (security_barrier, check_option = cascaded) AS SELECT a FROM v WHERE a < 9;
CREATE VIEW x AS SELECT a FROM t WITH LOCAL CHECK OPTION;
