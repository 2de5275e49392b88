-- The two promises of a box office: while you pay the seat is yours, and afterwards it is nobody else's.

CREATE TYPE ticket_status AS ENUM ('valid', 'used', 'void');

CREATE TABLE tickets (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  order_item_id bigint NOT NULL REFERENCES order_items ON DELETE RESTRICT,
  show_id bigint NOT NULL REFERENCES shows ON DELETE RESTRICT,
  seat_id integer REFERENCES seats ON DELETE RESTRICT,
  status ticket_status NOT NULL DEFAULT 'valid',
  issued_at timestamptz NOT NULL DEFAULT now(),
  voided_at timestamptz,
  CONSTRAINT tickets_voided_have_a_time CHECK ((status = 'void') = (voided_at IS NOT NULL))
);
COMMENT ON COLUMN tickets.id IS 'Printed as the QR code: random, so that nobody can guess the ticket beside theirs.';

-- A void ticket frees its seat, so the rule is an index with a condition, not a constraint.
CREATE UNIQUE INDEX tickets_seat_sold_once_key ON tickets (show_id, seat_id) WHERE status <> 'void';
CREATE UNIQUE INDEX tickets_order_item_id_key ON tickets (order_item_id) WHERE status <> 'void';
COMMENT ON INDEX tickets_seat_sold_once_key IS 'The last line of defence against selling a seat twice.';

CREATE TABLE seat_holds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  show_id bigint NOT NULL REFERENCES shows ON DELETE CASCADE,
  seat_id integer NOT NULL REFERENCES seats ON DELETE CASCADE,
  customer_id bigint REFERENCES customers ON DELETE CASCADE,
  held_during tstzrange NOT NULL DEFAULT tstzrange(now(), now() + interval '15 minutes'),
  CONSTRAINT seat_holds_have_an_end CHECK (NOT isempty(held_during) AND NOT upper_inf(held_during)),
  CONSTRAINT seat_holds_one_at_a_time EXCLUDE USING gist (show_id WITH =, seat_id WITH =, held_during WITH &&)
);

CREATE INDEX seat_holds_end_idx ON seat_holds (upper(held_during));

GRANT SELECT, INSERT, UPDATE ON tickets TO box_office_app;
GRANT SELECT, INSERT, DELETE ON seat_holds TO box_office_app;
