CREATE TABLE t (a integer CONSTRAINT a_required NOT NULL, b integer NOT NULL, c integer CONSTRAINT c_needed NOT NULL);
COMMENT ON CONSTRAINT a_required ON t IS 'without a, nothing';
COMMENT ON CONSTRAINT t_b_not_null ON t IS 'new';
COMMENT ON CONSTRAINT c_needed ON t IS 'new too';
CREATE DOMAIN d AS integer CONSTRAINT d_needed NOT NULL;
COMMENT ON CONSTRAINT d_needed ON DOMAIN d IS 'two';
