CREATE SCHEMA s;
CREATE TABLE t (id serial PRIMARY KEY, a text DEFAULT 'x', gone integer, CONSTRAINT c CHECK (a <> ''));
CREATE INDEX t_a ON t (a);
CREATE TABLE r (t integer REFERENCES t);
CREATE VIEW v AS SELECT a FROM t;
COMMENT ON TABLE t IS 'kept';
COMMENT ON COLUMN t.a IS 'kept too';
INSERT INTO t (a) VALUES ('q');
