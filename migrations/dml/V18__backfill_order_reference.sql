-- Second and third step: every old order gets its reference, then the column may no longer be empty.

UPDATE orders SET reference = 'BO-' || nextval('order_reference_seq') WHERE reference IS NULL;

ALTER TABLE orders ALTER COLUMN reference SET NOT NULL;
ALTER TABLE orders ADD CONSTRAINT orders_reference_key UNIQUE (reference);
