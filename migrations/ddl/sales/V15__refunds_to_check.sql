-- Puts partly refunded orders to use: marks the ones that already exist, and gives the accountant a quick list.

UPDATE orders
SET status = 'partly_refunded'
WHERE status = 'refunded'
  AND (SELECT sum(refunds.refunded)
       FROM refunds JOIN payments ON payments.id = refunds.payment_id
       WHERE payments.order_id = orders.id)
    < (SELECT sum(payments.paid) FROM payments WHERE payments.order_id = orders.id);

CREATE INDEX orders_refunded_idx ON orders (updated_at) WHERE status IN ('partly_refunded', 'refunded');

-- NOT VALID takes its lock only for a moment; VALIDATE then reads the rows while others go on writing.
ALTER TABLE refunds ADD CONSTRAINT refunds_have_a_reason CHECK (length(btrim(reason)) >= 3) NOT VALID;
ALTER TABLE refunds VALIDATE CONSTRAINT refunds_have_a_reason;
