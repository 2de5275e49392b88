CREATE TABLE p (a int NOT NULL, b text DEFAULT 'x', CONSTRAINT chk CHECK (a > 0));
CREATE TABLE c (z int) INHERITS (p);
