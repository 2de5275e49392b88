CREATE TABLE t (id integer PRIMARY KEY, a text DEFAULT 'x' NOT NULL, b numeric(4,1) CHECK (b > 0)) WITH (fillfactor = 80);
CREATE INDEX t_b ON t (b) INCLUDE (a) WHERE b > 5;
