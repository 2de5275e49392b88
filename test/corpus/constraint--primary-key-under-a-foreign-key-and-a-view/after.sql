CREATE TABLE p (id integer CONSTRAINT pk PRIMARY KEY DEFERRABLE, n text, UNIQUE (id));
CREATE TABLE c (id integer);
CREATE VIEW v AS SELECT id, n, count(*) AS c FROM p GROUP BY id, n;
