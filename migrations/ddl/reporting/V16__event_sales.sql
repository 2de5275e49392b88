-- Numbers for people who read dashboards all day: computed once an hour, not once a click.

CREATE SCHEMA reporting;
COMMENT ON SCHEMA reporting IS 'Everything here can be dropped and built again from public.';

CREATE MATERIALIZED VIEW reporting.event_sales AS
SELECT
  events.id AS event_id,
  events.title,
  events.starts_at,
  count(tickets.id) AS tickets_sold,
  coalesce(sum(order_items.total), 0) AS takings
FROM events
LEFT JOIN tickets ON tickets.event_id = events.id AND tickets.status <> 'void'
LEFT JOIN order_items ON order_items.id = tickets.order_item_id
GROUP BY events.id, events.title, events.starts_at;

-- REFRESH … CONCURRENTLY needs a unique index without a condition.
CREATE UNIQUE INDEX event_sales_event_id_key ON reporting.event_sales (event_id);
CREATE INDEX event_sales_takings_idx ON reporting.event_sales (takings DESC);
COMMENT ON MATERIALIZED VIEW reporting.event_sales IS 'Tickets and takings per event, refreshed every hour.';

GRANT USAGE ON SCHEMA reporting TO box_office_app;
