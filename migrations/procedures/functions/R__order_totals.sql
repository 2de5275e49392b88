-- What an order costs and what is still to be paid. Bodies in standard SQL: PostgreSQL parses them now, remembers which
-- columns they use, and refuses to drop those.

CREATE OR REPLACE FUNCTION order_total(of_order bigint) RETURNS numeric
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT coalesce(sum(total), 0) FROM order_items WHERE order_id = of_order;
END;

CREATE OR REPLACE FUNCTION order_balance(of_order bigint) RETURNS numeric
LANGUAGE sql STABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  SELECT order_total(of_order)
    - coalesce((SELECT sum(paid) FROM payments WHERE order_id = of_order AND captured_at IS NOT NULL), 0);
END;
COMMENT ON FUNCTION order_balance(bigint) IS 'Still to be paid. A refund does not reopen it: what was given back is not owed again.';
