CREATE TABLE t (a int NOT NULL, b serial, c text);
-- Two that exchange their names, one that takes the name of what goes, and what is no identity or expression any more.
CREATE TABLE one (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME one_seq), was integer GENERATED ALWAYS AS (1) STORED);
CREATE TABLE other (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME other_seq), b integer);
CREATE TABLE third (id integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME third_seq), b integer GENERATED ALWAYS AS IDENTITY);
CREATE SEQUENCE third_id_seq;
