CREATE TABLE t (
  a integer CONSTRAINT a_needed NOT NULL,
  b integer CONSTRAINT b_needed NOT NULL,
  c integer CONSTRAINT c_needed NOT NULL,
  d integer,
  e integer CONSTRAINT e_kept NOT NULL PRIMARY KEY
);
CREATE TABLE parent (a integer CONSTRAINT parent_has_a NOT NULL, b integer) PARTITION BY LIST (b);
CREATE TABLE part PARTITION OF parent FOR VALUES IN (1);
CREATE TABLE apart (a integer NOT NULL, b integer);
ALTER TABLE parent ATTACH PARTITION apart FOR VALUES IN (2);
CREATE TABLE child (x integer CONSTRAINT child_must_have_x NOT NULL) INHERITS (t);
INSERT INTO t VALUES (1, 2, 3, 4, 5);
