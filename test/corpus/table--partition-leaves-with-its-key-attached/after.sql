CREATE TABLE other (id integer, kind text) PARTITION BY LIST (kind);
CREATE TABLE part PARTITION OF other (PRIMARY KEY (kind, id)) FOR VALUES IN ('a');
CREATE UNIQUE INDEX other_idx ON other (kind, id);
CREATE TABLE whole (id integer, kind text) PARTITION BY LIST (kind);
