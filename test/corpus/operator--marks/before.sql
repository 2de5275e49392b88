CREATE TYPE "Pair, of" AS ENUM ('a', 'b');
CREATE FUNCTION same("Pair, of", "Pair, of") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE FUNCTION other("Pair, of", "Pair, of") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE FUNCTION flip("Pair, of") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
CREATE OPERATOR =## (FUNCTION = same, LEFTARG = "Pair, of", RIGHTARG = "Pair, of", COMMUTATOR = =##);
CREATE OPERATOR =~~ (FUNCTION = same, LEFTARG = "Pair, of", RIGHTARG = "Pair, of", COMMUTATOR = =~~);
