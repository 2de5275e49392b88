-- A show is one evening in one hall. The database itself refuses to book a hall twice.

CREATE TYPE show_status AS ENUM ('draft', 'on_sale', 'sold_out', 'cancelled');

CREATE TABLE shows (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hall_id integer NOT NULL REFERENCES halls ON DELETE RESTRICT,
  title text NOT NULL,
  status show_status NOT NULL DEFAULT 'draft',
  doors_at timestamptz NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  tags text[] NOT NULL DEFAULT '{}',
  -- Generated, so that the range can never disagree with the times it is made of.
  occupied tstzrange GENERATED ALWAYS AS (tstzrange(doors_at, ends_at)) STORED,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT shows_times_in_order CHECK (doors_at <= starts_at AND starts_at < ends_at),
  -- A cancelled show gives its evening back, hence the WHERE.
  CONSTRAINT shows_hall_is_free EXCLUDE USING gist (hall_id WITH =, occupied WITH &&) WHERE (status <> 'cancelled')
);
COMMENT ON CONSTRAINT shows_hall_is_free ON shows IS 'No two shows in one hall at the same time, however they were entered.';

CREATE TABLE show_prices (
  show_id bigint NOT NULL REFERENCES shows ON DELETE CASCADE,
  price_category_id smallint NOT NULL REFERENCES price_categories,
  price amount NOT NULL,
  PRIMARY KEY (show_id, price_category_id)
);

-- The programme page asks for what is on sale, by date, and needs nothing else: INCLUDE makes it an index-only scan.
CREATE INDEX shows_on_sale_idx ON shows (starts_at) INCLUDE (title, hall_id) WHERE status = 'on_sale';
CREATE INDEX shows_lower_title_idx ON shows (lower(title));
CREATE INDEX shows_tags_idx ON shows USING gin (tags);

GRANT SELECT, INSERT, UPDATE ON shows, show_prices TO box_office_app;
