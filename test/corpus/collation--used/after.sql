CREATE SCHEMA s;
CREATE COLLATION s."Case blind" (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE DOMAIN d AS text COLLATE s."Case blind";
CREATE TABLE t (a text COLLATE s."Case blind" UNIQUE, b d);
CREATE INDEX i ON t ((b::text) COLLATE s."Case blind");
