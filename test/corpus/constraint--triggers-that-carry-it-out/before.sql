CREATE TABLE customers (id int PRIMARY KEY, code text UNIQUE DEFERRABLE);
CREATE TABLE orders (id int PRIMARY KEY, customer int REFERENCES customers ON DELETE CASCADE, code text UNIQUE DEFERRABLE);
CREATE TABLE items (id int, o int REFERENCES orders, k int) PARTITION BY LIST (k);
CREATE TABLE items_1 PARTITION OF items FOR VALUES IN (1);
CREATE TABLE items_2 PARTITION OF items FOR VALUES IN (2);
CREATE TABLE notes (id int, c int REFERENCES customers, "o'" int CONSTRAINT "notes $do$" REFERENCES orders);
ALTER TABLE notes DISABLE TRIGGER ALL;
