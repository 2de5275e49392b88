-- The programme now has fairs and lectures too: "show" was the wrong word. A rename keeps every row, index and foreign
-- key, and costs nothing but a short lock. What carries the old word in its own name is renamed along with it.

ALTER TABLE shows RENAME TO events;
ALTER TABLE show_prices RENAME TO event_prices;
ALTER TYPE show_status RENAME TO event_status;

ALTER TABLE event_prices RENAME COLUMN show_id TO event_id;
ALTER TABLE order_items RENAME COLUMN show_id TO event_id;
ALTER TABLE tickets RENAME COLUMN show_id TO event_id;
ALTER TABLE seat_holds RENAME COLUMN show_id TO event_id;

ALTER SEQUENCE shows_id_seq RENAME TO events_id_seq;
ALTER INDEX shows_on_sale_idx RENAME TO events_on_sale_idx;
ALTER INDEX shows_lower_title_idx RENAME TO events_lower_title_idx;
ALTER INDEX shows_tags_idx RENAME TO events_tags_idx;
ALTER INDEX order_items_show_id_idx RENAME TO order_items_event_id_idx;

ALTER TABLE events RENAME CONSTRAINT shows_pkey TO events_pkey;
ALTER TABLE events RENAME CONSTRAINT shows_hall_id_fkey TO events_hall_id_fkey;
ALTER TABLE events RENAME CONSTRAINT shows_times_in_order TO events_times_in_order;
ALTER TABLE events RENAME CONSTRAINT shows_hall_is_free TO events_hall_is_free;
ALTER TABLE event_prices RENAME CONSTRAINT show_prices_pkey TO event_prices_pkey;
ALTER TABLE event_prices RENAME CONSTRAINT show_prices_show_id_fkey TO event_prices_event_id_fkey;
ALTER TABLE event_prices RENAME CONSTRAINT show_prices_price_category_id_fkey TO event_prices_price_category_id_fkey;
ALTER TABLE tickets RENAME CONSTRAINT tickets_show_id_fkey TO tickets_event_id_fkey;
ALTER TABLE seat_holds RENAME CONSTRAINT seat_holds_show_id_fkey TO seat_holds_event_id_fkey;

COMMENT ON TABLE events IS 'One evening in one hall: a concert, a lecture, a day of a fair.';
COMMENT ON TYPE event_status IS 'draft is invisible to customers; sold_out may go back to on_sale when tickets return.';
