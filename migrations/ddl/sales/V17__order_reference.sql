-- A number that can be read over the telephone. First step of three: the column, still empty, and the default for new
-- orders. Adding a column with a default that must be computed would rewrite the table; adding first and giving the
-- default afterwards does not.

CREATE SEQUENCE order_reference_seq START WITH 100000;

ALTER TABLE orders ADD COLUMN reference text;
ALTER TABLE orders ALTER COLUMN reference SET DEFAULT 'BO-' || nextval('order_reference_seq');
ALTER SEQUENCE order_reference_seq OWNED BY orders.reference;

COMMENT ON COLUMN orders.reference IS 'What customers read out: BO- and a number. Not the key, so that it can be reissued.';
