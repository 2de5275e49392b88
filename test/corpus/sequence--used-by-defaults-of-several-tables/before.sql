CREATE SEQUENCE s AS integer;
CREATE TABLE a (id integer DEFAULT nextval('s'));
CREATE TABLE b (id integer DEFAULT nextval('s'));
CREATE VIEW v AS SELECT nextval('s') AS n;
INSERT INTO a DEFAULT VALUES;
