-- Codes that make an order cheaper: either a share or a fixed sum, never both.

CREATE TABLE promotions (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code varchar(24) NOT NULL,
  percent_off smallint,
  amount_off amount,
  valid_during daterange NOT NULL,
  event_id bigint REFERENCES events ON DELETE CASCADE,
  usage_limit integer,
  CONSTRAINT promotions_one_kind_of_discount CHECK (num_nonnulls(percent_off, amount_off) = 1),
  CONSTRAINT promotions_percent_off_check CHECK (percent_off BETWEEN 1 AND 100),
  -- A code may come back next season, but one season at a time.
  CONSTRAINT promotions_code_once_at_a_time EXCLUDE USING gist (upper(code) WITH =, valid_during WITH &&)
);
COMMENT ON COLUMN promotions.event_id IS 'Null: the code counts for every event.';

CREATE TABLE promotion_redemptions (
  promotion_id integer NOT NULL REFERENCES promotions ON DELETE RESTRICT,
  order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
  redeemed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (promotion_id, order_id)
);

-- One code per order. The primary key answers by promotion, this one by order.
CREATE UNIQUE INDEX promotion_redemptions_order_id_key ON promotion_redemptions (order_id);

GRANT SELECT ON promotions TO box_office_app;
GRANT SELECT, INSERT, DELETE ON promotion_redemptions TO box_office_app;
