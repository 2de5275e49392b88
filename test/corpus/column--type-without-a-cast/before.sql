CREATE TYPE mood AS ENUM ('a');
CREATE TYPE feeling AS ENUM ('a', 'b');
CREATE TABLE t (m mood DEFAULT 'a', n bigint, o integer[], p boolean);
INSERT INTO t VALUES ('a', NULL, '{1}', true);
