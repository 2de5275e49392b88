CREATE SCHEMA s;
CREATE AGGREGATE total(a integer) (SFUNC = int4pl, STYPE = integer);
COMMENT ON AGGREGATE total(integer) IS 'kept';
CREATE AGGREGATE n(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = 0);
