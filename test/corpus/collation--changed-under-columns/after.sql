CREATE COLLATION a (PROVIDER = icu, LOCALE = 'en-u-kn-false');
CREATE COLLATION b (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE COLLATION c FROM "POSIX";
CREATE TABLE t (a text COLLATE a, b text COLLATE b);
CREATE INDEX i ON t (a COLLATE c);
CREATE VIEW v AS SELECT a FROM t WHERE b > 'q';
CREATE TABLE words (a text COLLATE a PRIMARY KEY);
CREATE DOMAIN worded AS text COLLATE a CHECK (VALUE <> '');
CREATE TABLE by_domain (d worded DEFAULT 'q' REFERENCES words (a), e worded[]);
