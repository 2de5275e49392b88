CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE t (id integer, a mood) PARTITION BY LIST (id);
