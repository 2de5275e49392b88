CREATE FUNCTION "Handler"() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE TRUSTED LANGUAGE trusted HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE handler HANDLER plpgsql_call_handler;
CREATE LANGUAGE inline HANDLER plpgsql_call_handler;
CREATE LANGUAGE validator HANDLER plpgsql_call_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE gone HANDLER plpgsql_call_handler;
CREATE FUNCTION f() RETURNS integer LANGUAGE trusted AS 'BEGIN RETURN 1; END';
CREATE FUNCTION g() RETURNS integer LANGUAGE gone AS 'BEGIN RETURN 1; END';
COMMENT ON LANGUAGE trusted IS 'kept';
