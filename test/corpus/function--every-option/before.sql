CREATE FUNCTION cost(integer) RETURNS SETOF integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION marks(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION supported(text, text) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'text_starts_with';
CREATE FUNCTION settings() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION atomic(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;
CREATE FUNCTION pages() RETURNS bigint LANGUAGE internal AS 'window_row_number';
