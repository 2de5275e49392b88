CREATE TABLE t (
  a integer NOT NULL,
  b integer NOT NULL NO INHERIT,
  c integer NOT NULL NO INHERIT,
  d integer NOT NULL NO INHERIT
);
CREATE TABLE child (d integer) INHERITS (t);
CREATE TABLE later (a integer);
ALTER TABLE later ADD CONSTRAINT later_a NOT NULL a NO INHERIT NOT VALID;
