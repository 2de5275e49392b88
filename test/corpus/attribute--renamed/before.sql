CREATE TYPE address AS (street text, zip text, town text);
CREATE TYPE swapped AS (a integer, b integer, c text, d text);
CREATE TABLE lived OF address (PRIMARY KEY (zip), street WITH OPTIONS DEFAULT 'none');
CREATE TABLE people (id integer PRIMARY KEY, home address, homes address[], s swapped);
CREATE VIEW zips AS SELECT (home).zip AS zip, l.town FROM people JOIN lived l ON l.zip = (people.home).zip;
COMMENT ON COLUMN address.zip IS 'five digits';
COMMENT ON COLUMN address.town IS 'moves along';
INSERT INTO lived VALUES ('a', '1', 'x');
INSERT INTO people VALUES (1, ROW('a', '1', 'x'), ARRAY[ROW('b', '2', 'y')::address], ROW(1, 2, 'c', 'd'));
