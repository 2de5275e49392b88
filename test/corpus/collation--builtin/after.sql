CREATE COLLATION b (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE TABLE t (a text, b text COLLATE b);
