-- What is left on gift vouchers, and how one is spent.

CREATE OR REPLACE VIEW voucher_balances AS
SELECT
  gift_vouchers.id AS gift_voucher_id,
  gift_vouchers.code,
  gift_vouchers.expires_on,
  gift_vouchers.value - coalesce(sum(payments.paid), 0) AS balance
FROM gift_vouchers
LEFT JOIN payments ON payments.gift_voucher_id = gift_vouchers.id AND payments.failed_at IS NULL
GROUP BY gift_vouchers.id, gift_vouchers.code, gift_vouchers.expires_on, gift_vouchers.value;

CREATE OR REPLACE FUNCTION redeem_voucher(voucher_code varchar, for_order bigint) RETURNS numeric
LANGUAGE plpgsql
AS $$
DECLARE
  voucher gift_vouchers%ROWTYPE;
  spent numeric;
BEGIN
  -- Locked first: two carts with one voucher must see each other's payment.
  SELECT * INTO voucher FROM gift_vouchers WHERE code = upper(voucher_code) FOR UPDATE;
  IF NOT FOUND OR voucher.expires_on < current_date THEN
    RETURN 0;
  END IF;

  SELECT least(balance, order_balance(for_order)) INTO spent
  FROM voucher_balances
  WHERE gift_voucher_id = voucher.id;

  IF spent > 0 THEN
    INSERT INTO payments (order_id, method, gift_voucher_id, paid, captured_at)
    VALUES (for_order, 'voucher', voucher.id, spent, now());
  END IF;
  RETURN greatest(spent, 0);
END;
$$;
COMMENT ON FUNCTION redeem_voucher(varchar, bigint) IS 'Pays as much of the order as the voucher holds. Returns how much that was.';
