-- Who buys, and what. An order starts as a cart and is never deleted once money was involved.

CREATE TYPE order_status AS ENUM ('cart', 'paid', 'cancelled', 'refunded');

CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  email email_address NOT NULL,
  full_name text NOT NULL,
  phone varchar(20),
  country_code char(2) REFERENCES countries ON UPDATE CASCADE ON DELETE SET NULL,
  legacy_number integer,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE customers IS 'People who have bought or tried to. Guests without an account have a row as well.';
COMMENT ON COLUMN customers.legacy_number IS 'Number in the system before this one. Needed until its last invoice is settled.';

-- Addresses are kept as typed and compared without case.
CREATE UNIQUE INDEX customers_lower_email_key ON customers (lower(email));

CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer_id bigint NOT NULL REFERENCES customers ON DELETE RESTRICT,
  status order_status NOT NULL DEFAULT 'cart',
  note text,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  paid_at timestamptz,
  CONSTRAINT orders_paid_have_a_time CHECK (status IN ('cart', 'cancelled') OR paid_at IS NOT NULL)
);

CREATE TABLE order_items (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
  show_id bigint NOT NULL,
  price_category_id smallint NOT NULL,
  seat_id integer REFERENCES seats ON DELETE RESTRICT,
  unit_price amount NOT NULL,
  discount amount NOT NULL DEFAULT 0,
  total numeric(10, 2) GENERATED ALWAYS AS (unit_price - discount) STORED,
  CONSTRAINT order_items_discount_check CHECK (discount <= unit_price),
  -- Both columns together: a category can be sold only where it has a price.
  CONSTRAINT order_items_price_fkey FOREIGN KEY (show_id, price_category_id)
    REFERENCES show_prices (show_id, price_category_id) ON DELETE RESTRICT
);
COMMENT ON COLUMN order_items.unit_price IS 'Copied from the price list when the item was added, so that later prices do not change old orders.';

CREATE INDEX orders_customer_id_idx ON orders (customer_id, created_at DESC);
CREATE INDEX orders_open_carts_idx ON orders (created_at) WHERE status = 'cart';
CREATE INDEX order_items_order_id_idx ON order_items (order_id) INCLUDE (total);
CREATE INDEX order_items_show_id_idx ON order_items (show_id, price_category_id);

GRANT SELECT, INSERT, UPDATE ON customers, orders TO box_office_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON order_items TO box_office_app;
