CREATE TABLE t (id integer, parent integer);
CREATE RECURSIVE VIEW r (id, depth) AS
  SELECT id, 1 FROM t WHERE parent IS NULL UNION ALL SELECT t.id, r.depth + 1 FROM t JOIN r ON t.parent = r.id;
CREATE VIEW deep AS SELECT id FROM r WHERE depth > 3;
