-- What the web site shows, and the carts that staff may look into.

CREATE OR REPLACE VIEW upcoming_events AS
SELECT
  events.id AS event_id,
  events.title,
  events.starts_at,
  halls.name AS hall,
  venues.name AS venue,
  venues.city,
  events.status,
  (SELECT min(event_prices.price) FROM event_prices WHERE event_prices.event_id = events.id) AS price_from,
  places.total - sold.total AS places_left
FROM events
JOIN halls ON halls.id = events.hall_id
JOIN venues ON venues.id = halls.venue_id
CROSS JOIN LATERAL (
  SELECT halls.standing_places + count(*) AS total FROM seats WHERE seats.hall_id = halls.id
) AS places
CROSS JOIN LATERAL (
  SELECT count(*) AS total FROM tickets WHERE tickets.event_id = events.id AND tickets.status <> 'void'
) AS sold
WHERE events.starts_at > now() AND events.status IN ('on_sale', 'sold_out');
COMMENT ON VIEW upcoming_events IS 'The programme as customers see it.';

-- Staff edit carts through it; the check option keeps a row from leaving the view by being edited.
CREATE OR REPLACE VIEW open_carts AS
SELECT id, customer_id, reference, status, created_at
FROM orders
WHERE status = 'cart'
WITH LOCAL CHECK OPTION;
