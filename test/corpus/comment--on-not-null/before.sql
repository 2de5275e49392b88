CREATE TABLE t (a integer CONSTRAINT a_needed NOT NULL, b integer NOT NULL, c integer);
COMMENT ON CONSTRAINT a_needed ON t IS 'without a, nothing';
CREATE DOMAIN d AS integer CONSTRAINT d_needed NOT NULL;
COMMENT ON CONSTRAINT d_needed ON DOMAIN d IS 'one';
