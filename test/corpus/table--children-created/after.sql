CREATE TABLE a (id integer DEFAULT 1, n integer);
CREATE TABLE b (m text);
CREATE TABLE child (extra text, PRIMARY KEY (id)) INHERITS (a, b);
ALTER TABLE child ALTER COLUMN n SET DEFAULT 9;
CREATE INDEX ON child (n);
CREATE TABLE grandchild () INHERITS (child);
