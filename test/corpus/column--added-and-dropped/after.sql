CREATE TABLE t (id integer, kept text NOT NULL DEFAULT 'k', other integer GENERATED ALWAYS AS (id + 1) STORED);
