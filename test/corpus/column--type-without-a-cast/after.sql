CREATE TYPE mood AS ENUM ('a');
CREATE TYPE feeling AS ENUM ('a', 'b');
CREATE TABLE t (m feeling DEFAULT 'b', n timestamp, o text[], p integer);
