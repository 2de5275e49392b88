-- What staff wrote in the meantime goes with its column; the customer's note keeps every word.

ALTER TABLE orders DROP COLUMN staff_note;
ALTER TABLE orders RENAME COLUMN customer_note TO note;

COMMENT ON COLUMN orders.note IS NULL;
