CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
CREATE TABLE t (m mood[], d integer);
