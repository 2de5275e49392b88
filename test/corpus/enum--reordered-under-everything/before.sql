CREATE TYPE mood AS ENUM ('sad', 'ok', 'good');
CREATE DOMAIN level AS mood DEFAULT 'ok' CHECK (VALUE <> 'good');
CREATE TYPE pair AS (m mood, n integer);
CREATE FUNCTION best(mood) RETURNS mood LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE TABLE t (
  id integer PRIMARY KEY,
  m mood NOT NULL DEFAULT 'ok',
  called mood DEFAULT best('ok'),
  several mood[] NOT NULL DEFAULT '{ok}',
  l level,
  p pair,
  copied mood GENERATED ALWAYS AS (m) STORED,
  CONSTRAINT good_enough CHECK (m <> 'good'),
  UNIQUE (id, m)
);
CREATE TABLE child (extra integer, m mood DEFAULT 'sad') INHERITS (t);
CREATE TABLE other (id integer, m mood, FOREIGN KEY (id, m) REFERENCES t (id, m));
CREATE INDEX t_sad ON t (id) WHERE m = 'sad';
CREATE INDEX t_called ON t (called);
CREATE VIEW v AS SELECT id, m FROM t WHERE m > 'sad';
CREATE MATERIALIZED VIEW mv AS SELECT m, count(*) FROM t GROUP BY m;
CREATE FUNCTION f(a mood, b mood[] DEFAULT '{sad}') RETURNS TABLE (m mood) LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER tr BEFORE UPDATE OF m ON t FOR EACH ROW WHEN (NEW.m = 'ok') EXECUTE FUNCTION g();
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t USING (m = 'ok');
COMMENT ON TYPE mood IS 'kept';
COMMENT ON COLUMN t.m IS 'kept too';
INSERT INTO t VALUES (1, 'ok', 'sad', '{sad,ok}', 'sad', '(sad,1)');
INSERT INTO other VALUES (1, 'ok');
