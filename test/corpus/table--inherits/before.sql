CREATE TABLE a (id integer, x text DEFAULT 'a' CONSTRAINT c CHECK (x <> ''));
CREATE TABLE b (id integer);
CREATE TABLE child (id integer, x text DEFAULT 'a' CONSTRAINT c CHECK (x <> ''));
INSERT INTO child VALUES (1, 'q');
