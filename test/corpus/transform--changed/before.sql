CREATE SCHEMA s;
CREATE TYPE s.pair AS (a integer, b integer);
CREATE FUNCTION to_sql(internal) RETURNS s.pair LANGUAGE internal IMMUTABLE AS 'array_in';
CREATE FUNCTION from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_out';
CREATE FUNCTION from_sql_2(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'array_out';
CREATE FUNCTION to_text(internal) RETURNS text LANGUAGE internal IMMUTABLE AS 'textin';
CREATE TRANSFORM FOR s.pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION from_sql(internal));
CREATE TRANSFORM FOR text LANGUAGE plpgsql (TO SQL WITH FUNCTION to_text(internal));
COMMENT ON TRANSFORM FOR s.pair LANGUAGE plpgsql IS 'kept';
