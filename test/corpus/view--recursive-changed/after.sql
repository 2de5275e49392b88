CREATE TABLE t (id bigint, parent bigint);
CREATE RECURSIVE VIEW r (id, depth, path) AS
  SELECT id, 1, ARRAY[id] FROM t WHERE parent IS NULL
  UNION ALL SELECT t.id, r.depth + 1, r.path || t.id FROM t JOIN r ON t.parent = r.id;
CREATE VIEW deep AS SELECT id FROM r WHERE depth > 3;
