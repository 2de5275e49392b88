CREATE TABLE whole (id integer, kind text, PRIMARY KEY (kind, id)) PARTITION BY LIST (kind);
CREATE TABLE part PARTITION OF whole FOR VALUES IN ('a');
