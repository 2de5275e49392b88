-- Money in and money out, each as rows that are added and never changed into something else.

CREATE TABLE payments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders ON DELETE RESTRICT,
  method text NOT NULL,
  provider_reference text,
  paid amount NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  captured_at timestamptz,
  failed_at timestamptz,
  CONSTRAINT payments_method_check CHECK (method IN ('card', 'transfer', 'cash')),
  CONSTRAINT payments_end_once CHECK (num_nonnulls(captured_at, failed_at) <= 1),
  -- The provider's number finds a payment again after a lost connection: the same one must not be booked twice.
  CONSTRAINT payments_provider_reference_key UNIQUE (method, provider_reference)
);

CREATE TABLE refunds (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  payment_id bigint NOT NULL REFERENCES payments ON DELETE RESTRICT,
  refunded amount NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT refunds_are_of_something CHECK (refunded > 0)
);

CREATE INDEX payments_order_id_idx ON payments (order_id) INCLUDE (paid, captured_at);
CREATE INDEX payments_captured_day_idx ON payments (((captured_at AT TIME ZONE 'UTC')::date)) WHERE captured_at IS NOT NULL;
CREATE INDEX refunds_payment_id_idx ON refunds (payment_id);

GRANT SELECT, INSERT, UPDATE ON payments TO box_office_app;
GRANT SELECT, INSERT ON refunds TO box_office_app;
