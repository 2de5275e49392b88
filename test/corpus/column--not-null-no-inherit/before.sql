CREATE TABLE t (
  a integer CONSTRAINT a_here NOT NULL NO INHERIT,
  b integer NOT NULL,
  c integer,
  d integer NOT NULL NO INHERIT
);
CREATE TABLE child (d integer CONSTRAINT own_d NOT NULL) INHERITS (t);
CREATE TABLE later (a integer);
