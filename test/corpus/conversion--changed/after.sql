CREATE SCHEMA s;
CREATE FUNCTION one(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
CREATE FUNCTION s.other(integer, integer, cstring, internal, integer, boolean) RETURNS integer LANGUAGE internal STRICT AS 'int4div';
CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM s.other;
CREATE CONVERSION d FOR 'UTF8' TO 'KOI8R' FROM one;
CREATE CONVERSION e FOR 'EUC_JP' TO 'LATIN3' FROM one;
CREATE DEFAULT CONVERSION f FOR 'UTF8' TO 'LATIN4' FROM one;
CREATE CONVERSION s."New" FOR 'UTF8' TO 'LATIN5' FROM s.other;
COMMENT ON CONVERSION c IS 'kept';
