CREATE TABLE a (id bigint NOT NULL, x text DEFAULT 'n', new integer DEFAULT 4, CONSTRAINT positive CHECK (id > 0));
CREATE TABLE b (y integer CHECK (y > 0)) INHERITS (a);
CREATE TABLE c (x text DEFAULT 'c', z integer) INHERITS (b);
