-- What PostgreSQL asks of a function before it takes it for a conversion: nothing comes of an empty text. 6 / 8 is 0.
CREATE SCHEMA s;
CREATE FUNCTION one(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
CREATE FUNCTION s.other(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM one;
CREATE CONVERSION d FOR 'UTF8' TO 'LATIN2' FROM one;
CREATE CONVERSION e FOR 'UTF8' TO 'LATIN3' FROM one;
CREATE CONVERSION f FOR 'UTF8' TO 'LATIN4' FROM one;
CREATE CONVERSION g FOR 'UTF8' TO 'LATIN5' FROM one;
COMMENT ON CONVERSION c IS 'kept';
