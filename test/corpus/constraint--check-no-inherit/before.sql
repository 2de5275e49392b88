CREATE TABLE p (a integer CONSTRAINT c CHECK (a > 0), b integer);
CREATE TABLE q () INHERITS (p);
INSERT INTO p VALUES (1, 1);
CREATE TABLE parent (v integer CONSTRAINT positive CHECK (v > 0));
CREATE TABLE child (CONSTRAINT positive CHECK (v > 0)) INHERITS (parent);
