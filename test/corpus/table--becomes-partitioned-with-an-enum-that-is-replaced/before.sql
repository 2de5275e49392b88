CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (id integer, a mood DEFAULT 'sad');
COMMENT ON COLUMN t.a IS 'goes with its table';
