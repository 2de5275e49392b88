CREATE DOMAIN k AS int;
CREATE TABLE t (id k, b int);
