CREATE TABLE item (id int, name text, price int, label text);
CREATE FUNCTION cheap() RETURNS SETOF item LANGUAGE sql STABLE AS 'SELECT * FROM item WHERE price < 5';
CREATE VIEW cheap_names AS SELECT label AS name FROM cheap();
CREATE VIEW cheap_ids AS SELECT id FROM cheap();
GRANT SELECT ON cheap_names TO PUBLIC;
