CREATE TABLE t (id integer NOT NULL UNIQUE, key text PRIMARY KEY);
CREATE TABLE u (t integer REFERENCES t (id));
