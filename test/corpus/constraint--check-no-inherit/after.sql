CREATE TABLE p (a integer CONSTRAINT c CHECK (a > 0) NO INHERIT, b integer CONSTRAINT d CHECK (b > 0));
CREATE TABLE q () INHERITS (p);
CREATE TABLE parent (v integer);
CREATE TABLE child (CONSTRAINT positive CHECK (v > 0) NO INHERIT) INHERITS (parent);
