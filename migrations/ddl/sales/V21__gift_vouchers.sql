-- A voucher is bought in one order and spent in others, a part at a time: what is left is computed, not stored.

CREATE TABLE gift_vouchers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code varchar(16) NOT NULL UNIQUE,
  bought_in_order_id bigint REFERENCES orders ON DELETE SET NULL,
  value amount NOT NULL,
  expires_on date NOT NULL,
  CONSTRAINT gift_vouchers_are_worth_something CHECK (value > 0)
);
COMMENT ON TABLE gift_vouchers IS 'Prepaid credit. Redemptions are payments with method voucher.';

ALTER TABLE payments ADD COLUMN gift_voucher_id bigint REFERENCES gift_vouchers ON DELETE RESTRICT;

-- A check cannot be altered, only replaced: both statements share the migration's transaction.
ALTER TABLE payments DROP CONSTRAINT payments_method_check;
ALTER TABLE payments ADD CONSTRAINT payments_method_check CHECK (method IN ('card', 'transfer', 'cash', 'voucher'));
ALTER TABLE payments ADD CONSTRAINT payments_voucher_has_a_code
  CHECK ((method = 'voucher') = (gift_voucher_id IS NOT NULL));

CREATE INDEX payments_gift_voucher_id_idx ON payments (gift_voucher_id) WHERE gift_voucher_id IS NOT NULL;

GRANT SELECT, INSERT ON gift_vouchers TO box_office_app;
