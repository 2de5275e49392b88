CREATE TABLE other (k text);
CREATE UNIQUE INDEX other_k ON other (k);
CREATE TABLE whole (id integer, k text) PARTITION BY LIST (k);
CREATE TABLE part PARTITION OF whole FOR VALUES IN ('a');
ALTER TABLE whole ADD CONSTRAINT points FOREIGN KEY (k) REFERENCES other (k);
