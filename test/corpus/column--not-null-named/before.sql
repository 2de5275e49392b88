CREATE TABLE t (
  a integer CONSTRAINT a_required NOT NULL,
  b integer NOT NULL,
  c integer,
  d integer CONSTRAINT "D is here" NOT NULL,
  e integer CONSTRAINT e_kept NOT NULL PRIMARY KEY
);
CREATE TABLE parent (a integer CONSTRAINT parent_a NOT NULL, b integer) PARTITION BY LIST (b);
CREATE TABLE part PARTITION OF parent FOR VALUES IN (1);
CREATE TABLE apart (a integer NOT NULL, b integer);
ALTER TABLE apart ADD CONSTRAINT apart_b NOT NULL b;
ALTER TABLE parent ATTACH PARTITION apart FOR VALUES IN (2);
CREATE TABLE child (x integer CONSTRAINT child_x NOT NULL) INHERITS (t);
INSERT INTO t VALUES (1, 2, 3, 4, 5);
