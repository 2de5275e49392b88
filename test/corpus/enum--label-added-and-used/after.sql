CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TABLE t (m mood DEFAULT 'happy', CHECK (m <> 'happy'::mood OR m IS NOT NULL));
CREATE VIEW v AS SELECT m FROM t WHERE m = 'happy'::mood;
