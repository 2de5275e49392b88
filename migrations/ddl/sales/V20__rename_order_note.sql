-- Staff will get a note of their own, so the one that customers write says whose it is.

ALTER TABLE orders RENAME COLUMN note TO customer_note;
ALTER TABLE orders ADD COLUMN staff_note text;

COMMENT ON COLUMN orders.customer_note IS 'Written by the customer, printed on the envelope.';
COMMENT ON COLUMN orders.staff_note IS 'Never shown to the customer.';
