CREATE TABLE a (id integer, x text DEFAULT 'a', old integer);
CREATE TABLE b (y integer CHECK (y > 0)) INHERITS (a);
CREATE TABLE c (x text DEFAULT 'c', z integer) INHERITS (b);
INSERT INTO c VALUES (1, 'q', 2, 3);
