CREATE TABLE purchases (id integer, CONSTRAINT one PRIMARY KEY (id));
CREATE VIEW v AS SELECT id FROM purchases;
