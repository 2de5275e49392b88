CREATE TABLE orders (id integer, CONSTRAINT one PRIMARY KEY (id));
CREATE VIEW v AS SELECT id FROM orders;
