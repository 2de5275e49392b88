CREATE TABLE p (id integer NOT NULL, a text DEFAULT 'p', b integer, c integer DEFAULT 3, e integer, g integer GENERATED ALWAYS AS (1) STORED);
CREATE TABLE grown (id integer NOT NULL, x text) INHERITS (p);
CREATE TABLE stays (id integer NOT NULL, b integer, n integer, e integer) INHERITS (p);
INSERT INTO grown (id, a, b) VALUES (1, 'x', 2);
INSERT INTO stays (id, b) VALUES (2, 3);
