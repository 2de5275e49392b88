CREATE TABLE whole (id integer, kind text) PARTITION BY LIST (kind);
CREATE TABLE part PARTITION OF whole (PRIMARY KEY (kind, id)) FOR VALUES IN ('a');
-- Takes the partition's key for its own.
CREATE UNIQUE INDEX whole_idx ON whole (kind, id);
INSERT INTO whole VALUES (1, 'a');
