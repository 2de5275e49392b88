-- A unique index should make this impossible. It is the one promise worth asking about again: an index can be dropped by
-- hand, and tickets can name another event or seat than the item they were sold with.

SELECT
  tickets.event_id,
  tickets.seat_id,
  count(*) AS tickets,
  array_agg(tickets.id ORDER BY tickets.issued_at, tickets.id) AS ticket_ids
FROM tickets
WHERE tickets.status <> 'void' AND tickets.seat_id IS NOT NULL
GROUP BY tickets.event_id, tickets.seat_id
HAVING count(*) > 1

UNION ALL

SELECT tickets.event_id, tickets.seat_id, 1, ARRAY[tickets.id]
FROM tickets
JOIN order_items ON order_items.id = tickets.order_item_id
WHERE tickets.status <> 'void'
  AND (tickets.event_id, tickets.seat_id) IS DISTINCT FROM (order_items.event_id, order_items.seat_id)

ORDER BY event_id, seat_id;
