CREATE TYPE mood AS ENUM ('best', 'sad');
CREATE TYPE pair AS (x integer, z mood);
CREATE TYPE pairs AS (one pair, other pair);
CREATE TABLE t (id integer PRIMARY KEY, a pair, b pairs[]);
INSERT INTO t VALUES (1, (1, 'best'), '{}'), (2, (2, 'sad'), NULL);
