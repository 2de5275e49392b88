CREATE TABLE t (a integer DEFAULT 1, b text, c timestamptz DEFAULT now());
INSERT INTO t VALUES (1);
