CREATE SCHEMA s;
CREATE FUNCTION one(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM one;
COMMENT ON CONVERSION c IS 'kept';
