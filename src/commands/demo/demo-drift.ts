/** The demo's live database stands here: everything up to this version is applied, what follows is pending. */
export const demoAppliedVersion = '19';

/**
 * Scripts of the repeatable migrations that the demo's live database has not seen: they use tables that only
 * versions after `demoAppliedVersion` create. All others are applied.
 */
export const demoPendingRepeatables: readonly string[] = ['R__gift_vouchers.sql'];

/**
 * A few weeks of business, one SQL statement each, in order: so that a lost column or table is one with rows
 * in it. Runs on a database at `demoAppliedVersion` with its repeatable migrations. Dates are fixed.
 */
export const demoRows: readonly string[] = [
  `INSERT INTO venues (id, name, street, city, country_code, opened_on) VALUES
     (12, 'Alte Feuerwache', 'Am Markt 4', 'Mannheim', 'DE', '1912-05-01'),
     (31, 'Kulturfabrik', 'Limmatstrasse 118', 'Zürich', 'CH', '1996-09-14')`,
  `INSERT INTO halls (venue_id, name, standing_places) VALUES
     (12, 'Großer Saal', 200), (12, 'Studio', 0), (31, 'Halle', 1200)`,
  `INSERT INTO seats (hall_id, section, row_label, number, price_category_id, accessible)
   SELECT halls.id, 'Parkett', rows.label, numbers.number,
     CASE rows.label WHEN 'A' THEN 1 WHEN 'B' THEN 2 ELSE 3 END,
     rows.label = 'C' AND numbers.number <= 2
   FROM halls
   CROSS JOIN (VALUES ('A'), ('B'), ('C')) AS rows (label)
   CROSS JOIN generate_series(1, 12) AS numbers (number)
   WHERE halls.venue_id = 12
   ORDER BY halls.id, rows.label, numbers.number`,
  `INSERT INTO events (hall_id, title, status, doors_at, starts_at, ends_at, tags) VALUES
     (1, 'The Nightingales', 'on_sale', '2026-03-13 18:00+00', '2026-03-13 19:00+00', '2026-03-13 22:00+00', '{concert,jazz}'),
     (2, 'Bees: a lecture', 'sold_out', '2026-03-14 17:30+00', '2026-03-14 18:00+00', '2026-03-14 19:30+00', '{lecture}'),
     (3, 'Type and print fair', 'draft', '2026-04-18 08:00+00', '2026-04-18 09:00+00', '2026-04-18 17:00+00', '{fair}')`,
  `INSERT INTO event_prices (event_id, price_category_id, price) VALUES
     (1, 1, 48.00), (1, 2, 36.00), (1, 4, 22.00), (2, 2, 12.00), (2, 3, 8.00)`,
  `INSERT INTO customers (email, full_name, phone, country_code, legacy_number) VALUES
     ('ada@example.org', 'Ada Brandt', '+49 621 5550101', 'DE', 20117),
     ('luca@example.org', 'Luca Ferri', '+39 02 5550102', 'IT', NULL),
     ('mira@example.org', 'Mira Keller', '+41 44 5550103', 'CH', 20344)`,
  `INSERT INTO orders (customer_id, status, note, created_at, paid_at) VALUES
     (1, 'paid', 'Please leave them at the desk.', '2026-02-20 09:12+00', '2026-02-20 09:15+00'),
     (2, 'partly_refunded', NULL, '2026-02-21 17:40+00', '2026-02-21 17:44+00'),
     (3, 'cart', NULL, '2026-03-01 20:05+00', NULL)`,
  `INSERT INTO order_items (order_id, event_id, price_category_id, seat_id, unit_price, discount) VALUES
     (1, 1, 1, 1, 48.00, 0), (1, 1, 1, 2, 48.00, 4.80), (2, 2, 2, 49, 12.00, 0), (2, 2, 2, 50, 12.00, 0),
     (3, 1, 4, NULL, 22.00, 0)`,
  `INSERT INTO tickets (id, order_item_id, event_id, seat_id, status, voided_at) VALUES
     ('5d1f6a52-0b5e-4a3e-9f0c-1c1f54a10001', 1, 1, 1, 'valid', NULL),
     ('5d1f6a52-0b5e-4a3e-9f0c-1c1f54a10002', 2, 1, 2, 'valid', NULL),
     ('5d1f6a52-0b5e-4a3e-9f0c-1c1f54a10003', 3, 2, 49, 'valid', NULL),
     ('5d1f6a52-0b5e-4a3e-9f0c-1c1f54a10004', 4, 2, 50, 'void', '2026-02-25 10:00+00')`,
  `INSERT INTO payments (order_id, method, provider_reference, paid, captured_at) VALUES
     (1, 'card', 'ch_7Qk2', 91.20, '2026-02-20 09:15+00'), (2, 'transfer', 'tr_0815', 24.00, '2026-02-21 17:44+00')`,
  `INSERT INTO refunds (payment_id, refunded, reason, created_at) VALUES
     (2, 12.00, 'Ill on the day', '2026-02-25 10:00+00')`,
  `INSERT INTO waiting_list_entries (event_id, customer_id, wanted, joined_at) VALUES
     (2, 3, 2, '2026-02-26 08:00+00')`,
  `REFRESH MATERIALIZED VIEW reporting.event_sales`,
];

/**
 * What people did to the live database by hand, one SQL statement each, in order. Valid at
 * `demoAppliedVersion`, and the pending migrations apply whether it is reverted or left.
 */
export const demoDrift: readonly string[] = [
  // The order list timed out on the morning of a big sale, and someone with psql was quicker than a release.
  `CREATE INDEX orders_created_at_hotfix_idx ON orders (created_at)`,

  // A report of unused indexes named it. It was a quiet week; the search on the web site uses it.
  `DROP INDEX events_lower_title_idx`,

  // Marketing wanted to invite the best customers tonight. The column has been read by a newsletter tool since.
  `ALTER TABLE customers ADD COLUMN vip boolean NOT NULL DEFAULT false`,
  `UPDATE customers SET vip = true WHERE id IN (SELECT customer_id FROM orders WHERE status = 'paid')`,

  // An import from abroad failed on a number with an extension.
  `ALTER TABLE customers ALTER COLUMN phone TYPE varchar(40)`,

  // The mailing house wanted the name as it stands on the envelope, and a column is quickly called something else.
  `ALTER TABLE customers RENAME COLUMN full_name TO display_name`,

  // Card payments were slow for a day, and carts ran out while people waited.
  `ALTER TABLE seat_holds
     ALTER COLUMN held_during SET DEFAULT tstzrange(now(), now() + interval '30 minutes')`,

  // The same slow day: the function got the longer time too, and schools may hold a whole class. It was pasted from an
  // old file, and the look at sold tickets went missing on the way.
  `CREATE OR REPLACE FUNCTION hold_seat(
  for_event bigint,
  wanted_seat integer,
  for_customer bigint,
  minutes integer DEFAULT 30
) RETURNS tstzrange
LANGUAGE plpgsql
AS $$
DECLARE
  seats_per_customer CONSTANT integer := 40; -- schools, ask Jana before lowering
  held tstzrange := tstzrange(now(), now() + make_interval(mins => minutes));
BEGIN
  IF (SELECT count(*)
      FROM seat_holds
      WHERE event_id = for_event AND customer_id = for_customer AND held_during @> now()) >= seats_per_customer
  THEN
    RAISE EXCEPTION 'customer % already holds % seats', for_customer, seats_per_customer
      USING ERRCODE = 'check_violation', HINT = 'Pay for these first, or let one go.';
  END IF;

  INSERT INTO seat_holds (event_id, seat_id, customer_id, held_during)
  VALUES (for_event, wanted_seat, for_customer, held);
  RETURN held;
EXCEPTION
  WHEN exclusion_violation THEN
    RETURN NULL;
END;
$$`,

  // A correction needed a discount above the price for an hour. Nobody put the rule back.
  `ALTER TABLE order_items DROP CONSTRAINT order_items_discount_check`,

  // The accountant asked for the number of bookings, and a view is easily replaced.
  `CREATE OR REPLACE VIEW reporting.daily_takings AS
SELECT booked.day, sum(booked.paid) AS paid, sum(booked.refunded) AS refunded, sum(booked.paid - booked.refunded) AS net,
  count(*) AS bookings
FROM (
  SELECT (captured_at AT TIME ZONE 'UTC')::date AS day, paid::numeric AS paid, 0::numeric AS refunded
  FROM public.payments
  WHERE captured_at IS NOT NULL
  UNION ALL
  SELECT (created_at AT TIME ZONE 'UTC')::date, 0, refunded
  FROM public.refunds
) AS booked
GROUP BY booked.day`,

  // A copy before a risky UPDATE, the safest habit there is, and forgotten the same evening.
  `CREATE TABLE orders_backup_20260302 AS TABLE orders`,

  // The UPDATE itself would have filled the audit log, so the trigger was switched off. It still is.
  `ALTER TABLE orders DISABLE TRIGGER orders_audit`,

  // Someone explained the column to a colleague, in the place where colleagues look.
  `COMMENT ON COLUMN promotions.event_id IS 'Null: counts for all events. NOT for the fair, see mail of 2 March!'`,
];
