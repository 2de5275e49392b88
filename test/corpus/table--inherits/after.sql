CREATE TABLE a (id integer, x text DEFAULT 'a' CONSTRAINT c CHECK (x <> ''));
CREATE TABLE b (id integer);
CREATE TABLE child (id integer, x text DEFAULT 'a' CONSTRAINT c CHECK (x <> ''));
ALTER TABLE child INHERIT a;
ALTER TABLE child INHERIT b;
