CREATE TABLE t (id serial PRIMARY KEY, "Other" bigserial, note text);
INSERT INTO t (note) SELECT g::text FROM generate_series(1, 5) g;
