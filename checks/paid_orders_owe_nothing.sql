-- An order that is marked as paid and still owes something was let through without its money.

SELECT orders.id, orders.reference, order_total(orders.id) AS total, order_balance(orders.id) AS owed
FROM orders
WHERE orders.status IN ('paid', 'partly_refunded') AND order_balance(orders.id) > 0
ORDER BY orders.id;
