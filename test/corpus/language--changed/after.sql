CREATE FUNCTION "Handler"() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE LANGUAGE trusted HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE handler HANDLER "Handler";
CREATE LANGUAGE inline HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler;
CREATE LANGUAGE validator HANDLER plpgsql_call_handler;
CREATE LANGUAGE "New" HANDLER "Handler";
CREATE FUNCTION f() RETURNS integer LANGUAGE trusted AS 'BEGIN RETURN 1; END';
CREATE FUNCTION g() RETURNS integer LANGUAGE "New" AS 'BEGIN RETURN 1; END';
COMMENT ON LANGUAGE trusted IS 'kept';
