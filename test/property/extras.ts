/**
 * What schemas have besides tables and what these need: each in a few forms, of which a schema has one or none. Names
 * are of their own, but for the function `f(integer)` and the roles and tablespaces that `prepare` makes. `{t}` stands for
 * a table that is there, and a form that needs one is left out where there is none.
 */
export const extras: Readonly<Record<string, readonly string[]>> = {
  // First: what comes after is made under them.
  defaultPrivileges: [
    `ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO property_keeper`,
    `ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO PUBLIC; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE ON SEQUENCES TO property_keeper`,
  ],
  schema: [
    `CREATE SCHEMA s; CREATE TABLE s.notes (id integer PRIMARY KEY, text text)`,
    `CREATE SCHEMA s; CREATE TABLE s.notes (id bigint PRIMARY KEY, text varchar(20) NOT NULL);
     CREATE VIEW s.texts AS SELECT text FROM s.notes; COMMENT ON SCHEMA s IS 'one'`,
    `CREATE SCHEMA s; CREATE TYPE s.mood AS ENUM ('up', 'down'); CREATE TABLE s.notes (id integer, mood s.mood DEFAULT 'up')`,
  ],
  extension: [
    `CREATE EXTENSION tcn`,
    `CREATE SCHEMA ext; CREATE EXTENSION tcn SCHEMA ext; ALTER FUNCTION touch() DEPENDS ON EXTENSION tcn`,
    `CREATE EXTENSION lo; CREATE TABLE large (id integer, content lo)`,
  ],
  collation: [
    `CREATE COLLATION own (locale = 'C'); CREATE TABLE words (word text COLLATE own, len integer)`,
    `CREATE COLLATION own (locale = 'POSIX'); CREATE TABLE words (word text COLLATE own, len integer);
     CREATE INDEX words_word ON words (word); CREATE VIEW long_words AS SELECT word FROM words WHERE len > 3`,
    `CREATE TABLE words (word text, len integer); CREATE INDEX words_word ON words (word COLLATE "C")`,
  ],
  language: [
    `CREATE LANGUAGE own HANDLER plpgsql_call_handler;
     CREATE FUNCTION spoken() RETURNS integer LANGUAGE own AS 'BEGIN RETURN 1; END'`,
    `CREATE TRUSTED LANGUAGE own HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
     CREATE FUNCTION spoken() RETURNS integer LANGUAGE own AS 'BEGIN RETURN 1; END'; COMMENT ON LANGUAGE own IS 'one'`,
  ],
  baseType: [
    `CREATE TYPE number; CREATE FUNCTION number_in(cstring) RETURNS number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
     CREATE FUNCTION number_out(number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
     CREATE TYPE number (INPUT = number_in, OUTPUT = number_out, LIKE = integer); CREATE TABLE numbers (n number DEFAULT '1')`,
    `CREATE TYPE number; CREATE FUNCTION number_in(cstring) RETURNS number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
     CREATE FUNCTION number_out(number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
     CREATE TYPE number (INPUT = number_in, OUTPUT = number_out, LIKE = integer, CATEGORY = 'N');
     CREATE TABLE numbers (n number, many number[]); CREATE VIEW first_numbers AS SELECT n FROM numbers`,
    `CREATE TYPE waiting`,
  ],
  range: [
    `CREATE TYPE span AS RANGE (subtype = integer); CREATE TABLE spans (during span, EXCLUDE USING gist (during WITH &&))`,
    `CREATE TYPE span AS RANGE (subtype = bigint, multirange_type_name = many_spans); CREATE TABLE spans (during span, all_of_it many_spans)`,
    `CREATE TYPE span AS RANGE (subtype = text, collation = "C"); CREATE FUNCTION wide(span) RETURNS boolean LANGUAGE sql AS 'SELECT true'`,
  ],
  domainConstraint: [
    `CREATE DOMAIN small AS integer CONSTRAINT positive CHECK (VALUE > 0); CREATE TABLE smalls (n small, CHECK (n < 10))`,
    `CREATE DOMAIN small AS integer DEFAULT 3 CONSTRAINT bounded CHECK (VALUE > f(0) - 1) CONSTRAINT positive CHECK (VALUE > 0);
     CREATE TABLE smalls (n small NOT NULL); CREATE DOMAIN smaller AS small CHECK (VALUE < 5)`,
    `CREATE DOMAIN small AS integer; ALTER DOMAIN small ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID; CREATE TABLE smalls (n small)`,
  ],
  sequence: [
    `CREATE SEQUENCE counter; CREATE TABLE counted (id bigint DEFAULT nextval('counter'))`,
    `CREATE SEQUENCE counter AS integer INCREMENT 5 MAXVALUE 1000 CYCLE; CREATE TABLE counted (id bigint DEFAULT nextval('counter'), other integer);
     ALTER SEQUENCE counter OWNED BY counted.id`,
    `CREATE TABLE counted (id serial, other integer DEFAULT 2)`,
  ],
  procedure: [
    `CREATE PROCEDURE work(n integer) LANGUAGE sql AS 'SELECT f(n::integer)'`,
    `CREATE PROCEDURE work(n integer, INOUT m text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN END'; COMMENT ON PROCEDURE work IS 'one'`,
    `CREATE PROCEDURE work(VARIADIC n integer[]) LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'`,
  ],
  operator: [
    `CREATE FUNCTION about(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs($1 - $2) < 2';
     CREATE OPERATOR =~= (FUNCTION = about, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = =~=);
     CREATE TABLE near (a integer, CHECK (a =~= 5 OR a IS NOT NULL))`,
    `CREATE FUNCTION about(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS 'SELECT abs($1 - $2) < 3';
     CREATE OPERATOR =~= (FUNCTION = about, LEFTARG = integer, RIGHTARG = integer, RESTRICT = eqsel, JOIN = eqjoinsel);
     CREATE TABLE near (a integer); CREATE VIEW nearby AS SELECT a FROM near WHERE a =~= 5; COMMENT ON OPERATOR =~= (integer, integer) IS 'one'`,
  ],
  operatorClass: [
    `CREATE FUNCTION compare(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($1, $2)';
     CREATE OPERATOR FAMILY ordering USING btree;
     CREATE OPERATOR CLASS ordered FOR TYPE integer USING btree FAMILY ordering AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 compare(integer, integer);
     CREATE TABLE sorted (a integer); CREATE INDEX sorted_a ON sorted (a ordered)`,
    `CREATE FUNCTION compare(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT btint4cmp($2, $1)';
     CREATE OPERATOR FAMILY ordering USING btree;
     CREATE OPERATOR CLASS ordered FOR TYPE integer USING btree FAMILY ordering AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, FUNCTION 1 compare(integer, integer);
     CREATE TABLE sorted (a integer, b text); CREATE INDEX sorted_a ON sorted (a ordered DESC, b)`,
    `CREATE OPERATOR FAMILY ordering USING hash; CREATE TABLE sorted (a integer, b text); CREATE INDEX sorted_a ON sorted (a)`,
  ],
  accessMethod: [
    `CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE heaped (a integer) USING heap2`,
    `CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE heaped (a integer);
     CREATE MATERIALIZED VIEW heaps USING heap2 AS SELECT a FROM heaped; COMMENT ON ACCESS METHOD heap2 IS 'one'`,
    `CREATE TABLE heaped (a integer)`,
  ],
  aggregate: [
    `CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0')`,
    `CREATE FUNCTION plus(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
     CREATE AGGREGATE total(integer) (SFUNC = plus, STYPE = integer); CREATE VIEW totals AS SELECT total(n) AS n FROM generate_series(1, 3) n`,
    `CREATE AGGREGATE total(bigint) (SFUNC = int8pl, STYPE = bigint, PARALLEL = SAFE); COMMENT ON AGGREGATE total(bigint) IS 'one'`,
  ],
  conversion: [
    `CREATE FUNCTION converts(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
     CREATE CONVERSION converted FOR 'UTF8' TO 'LATIN1' FROM converts`,
    `CREATE FUNCTION converts(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
     CREATE DEFAULT CONVERSION converted FOR 'UTF8' TO 'LATIN2' FROM converts; COMMENT ON CONVERSION converted IS 'one'`,
  ],
  textSearch: [
    `CREATE TEXT SEARCH PARSER words_of (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
     CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize, INIT = dsimple_init);
     CREATE TEXT SEARCH DICTIONARY plainly (TEMPLATE = plain);
     CREATE TEXT SEARCH CONFIGURATION reading (PARSER = words_of); ALTER TEXT SEARCH CONFIGURATION reading ADD MAPPING FOR word WITH plainly`,
    `CREATE TEXT SEARCH DICTIONARY plainly (TEMPLATE = simple, STOPWORDS = english); CREATE TEXT SEARCH CONFIGURATION reading (COPY = simple);
     ALTER TEXT SEARCH CONFIGURATION reading ALTER MAPPING FOR asciiword WITH plainly, simple; CREATE TABLE texts (body text);
     CREATE INDEX texts_words ON texts USING gin (to_tsvector('reading', body))`,
    `CREATE TEXT SEARCH PARSER words_of (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype, HEADLINE = prsd_headline);
     CREATE TEXT SEARCH TEMPLATE plain (LEXIZE = dsimple_lexize); CREATE TABLE texts (body text, title text)`,
  ],
  cast: [
    `CREATE TYPE coin AS (cents integer); CREATE FUNCTION cents(coin) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).cents';
     CREATE CAST (coin AS integer) WITH FUNCTION cents(coin)`,
    `CREATE TYPE coin AS (cents integer, currency text); CREATE FUNCTION cents(coin) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).cents';
     CREATE CAST (coin AS integer) WITH FUNCTION cents(coin) AS ASSIGNMENT; CREATE TABLE purses (held coin);
     CREATE VIEW held AS SELECT held::integer AS cents FROM purses`,
    `CREATE TYPE coin AS ENUM ('penny'); CREATE CAST (coin AS text) WITH INOUT AS IMPLICIT; COMMENT ON CAST (coin AS text) IS 'one'`,
  ],
  foreign: [
    `CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far; CREATE FOREIGN TABLE remote (a integer) SERVER away`,
    `CREATE FOREIGN DATA WRAPPER far OPTIONS (dbname 'x'); CREATE SERVER away VERSION '2' FOREIGN DATA WRAPPER far OPTIONS (host 'db1');
     CREATE USER MAPPING FOR CURRENT_USER SERVER away OPTIONS (user 'one');
     CREATE FOREIGN TABLE remote (a bigint NOT NULL, b text OPTIONS (column_name 'B'), CHECK (a > 0)) SERVER away; CREATE VIEW remotely AS SELECT a FROM remote`,
    `CREATE FOREIGN DATA WRAPPER far; CREATE SERVER away FOREIGN DATA WRAPPER far; CREATE USER MAPPING FOR PUBLIC SERVER away OPTIONS (user 'two')`,
  ],
  transform: [
    `CREATE FUNCTION sent(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_out'; CREATE TRANSFORM FOR text LANGUAGE plpgsql (FROM SQL WITH FUNCTION sent(internal))`,
    `CREATE FUNCTION sent(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_out'; CREATE FUNCTION got(internal) RETURNS text LANGUAGE internal IMMUTABLE AS 'textin';
     CREATE TRANSFORM FOR text LANGUAGE plpgsql (FROM SQL WITH FUNCTION sent(internal), TO SQL WITH FUNCTION got(internal))`,
  ],
  rule: [
    `CREATE RULE kept AS ON DELETE TO {t} WHERE old.id > 100 DO INSTEAD NOTHING`,
    `CREATE RULE kept AS ON DELETE TO {t} WHERE old.id > 100 DO INSTEAD SELECT f(1); ALTER TABLE {t} DISABLE RULE kept; COMMENT ON RULE kept ON {t} IS 'one'`,
  ],
  eventTrigger: [
    `CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER watching ON sql_drop EXECUTE FUNCTION watch()`,
    `CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
     CREATE EVENT TRIGGER watching ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch(); ALTER EVENT TRIGGER watching DISABLE`,
  ],
  subscription: [
    `CREATE SUBSCRIPTION listens CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)`,
    `CREATE SUBSCRIPTION listens CONNECTION 'host=nowhere' PUBLICATION p, q WITH (connect = false, slot_name = NONE, binary = true)`,
  ],
  databaseSetting: [
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem TO ''8MB''', current_database()); END $$`,
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem TO ''16MB''', current_database());
       EXECUTE format('ALTER ROLE property_keeper IN DATABASE %I SET lock_timeout TO ''5s''', current_database()); END $$`,
  ],
  owner: [
    `ALTER FUNCTION touch() OWNER TO property_keeper`,
    `ALTER TABLE {t} OWNER TO property_keeper; ALTER FUNCTION touch() OWNER TO property_keeper`,
  ],
  privileges: [
    `GRANT SELECT (id), UPDATE (id) ON {t} TO property_keeper; REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC`,
    `GRANT ALL ON {t} TO property_keeper WITH GRANT OPTION; GRANT EXECUTE ON FUNCTION touch() TO property_keeper`,
    `GRANT USAGE ON SCHEMA public TO property_keeper`,
  ],
  tablespace: [
    `CREATE TABLE placed (id integer PRIMARY KEY, a text) TABLESPACE property_fast; CREATE INDEX placed_a ON placed (a)`,
    `CREATE TABLE placed (id integer PRIMARY KEY USING INDEX TABLESPACE property_fast, a varchar(9)); CREATE INDEX placed_a ON placed (a) TABLESPACE property_fast`,
    `CREATE TABLE placed (id integer PRIMARY KEY, a text); CREATE MATERIALIZED VIEW shown TABLESPACE property_fast AS SELECT a FROM placed`,
  ],
  publication: [
    `CREATE PUBLICATION everything FOR ALL TABLES`,
    `CREATE PUBLICATION everything FOR TABLES IN SCHEMA public WITH (publish = 'insert')`,
  ],
};
