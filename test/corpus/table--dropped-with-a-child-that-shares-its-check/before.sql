CREATE TABLE parent (v integer CONSTRAINT positive CHECK (v > 0));
CREATE TABLE child (CONSTRAINT positive CHECK (v > 0)) INHERITS (parent);
