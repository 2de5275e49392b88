CREATE TYPE mood AS ENUM ('angry', 'sad', 'so-so', 'ok', 'it''s great');
CREATE TABLE t (m mood DEFAULT 'angry');
