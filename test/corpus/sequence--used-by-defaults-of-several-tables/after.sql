CREATE SEQUENCE s2;
CREATE TABLE a (id integer DEFAULT nextval('s2'));
CREATE TABLE b (id integer DEFAULT 5);
CREATE VIEW v AS SELECT 1::bigint AS n;
