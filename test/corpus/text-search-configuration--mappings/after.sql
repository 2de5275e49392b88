CREATE SCHEMA s;
CREATE TEXT SEARCH DICTIONARY s."Plain 2" (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION c (PARSER = default);
ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word, asciiword, float WITH s."Plain 2", english_stem;
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'kept';
CREATE TEXT SEARCH CONFIGURATION "Empty" (PARSER = default);
CREATE TABLE t (a text, b tsvector GENERATED ALWAYS AS (to_tsvector('public.c', a)) STORED);
CREATE INDEX i ON t USING gin (to_tsvector('public.c', a));
