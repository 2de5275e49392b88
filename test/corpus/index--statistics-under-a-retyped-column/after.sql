CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE whole (id integer, txt text, m mood);
ALTER TABLE whole ALTER txt SET STORAGE MAIN;
CREATE TABLE child (extra integer) INHERITS (whole);
CREATE INDEX ix ON whole (lower(txt)) INCLUDE (m);
ALTER INDEX ix ALTER COLUMN 1 SET STATISTICS 99;
COMMENT ON INDEX ix IS 'stays';
