-- Seats on hold. The exclusion constraint decides who was first; these functions make its verdict pleasant to use.

CREATE OR REPLACE FUNCTION hold_seat(
  for_event bigint,
  wanted_seat integer,
  for_customer bigint,
  minutes integer DEFAULT 15
) RETURNS tstzrange
LANGUAGE plpgsql
AS $$
DECLARE
  seats_per_customer CONSTANT integer := 8;
  held tstzrange := tstzrange(now(), now() + make_interval(mins => minutes));
BEGIN
  IF (SELECT count(*)
      FROM seat_holds
      WHERE event_id = for_event AND customer_id = for_customer AND held_during @> now()) >= seats_per_customer
  THEN
    RAISE EXCEPTION 'customer % already holds % seats', for_customer, seats_per_customer
      USING ERRCODE = 'check_violation', HINT = 'Pay for these first, or let one go.';
  END IF;

  IF EXISTS (SELECT FROM tickets WHERE event_id = for_event AND seat_id = wanted_seat AND status <> 'void') THEN
    RETURN NULL;
  END IF;

  INSERT INTO seat_holds (event_id, seat_id, customer_id, held_during)
  VALUES (for_event, wanted_seat, for_customer, held);
  RETURN held;
EXCEPTION
  -- Two people clicked in the same second, and the other one won.
  WHEN exclusion_violation THEN
    RETURN NULL;
END;
$$;
COMMENT ON FUNCTION hold_seat(bigint, integer, bigint, integer) IS
  'Until when the seat is held, or null when it is not free.';

-- Run every minute. A procedure, because a function returns something and this only tidies up.
CREATE OR REPLACE PROCEDURE release_expired_holds(INOUT released integer DEFAULT 0)
LANGUAGE plpgsql
AS $$
BEGIN
  DELETE FROM seat_holds WHERE upper(held_during) < now();
  GET DIAGNOSTICS released = ROW_COUNT;
END;
$$;
COMMENT ON PROCEDURE release_expired_holds(integer) IS 'Forgets holds that have run out. They no longer block, they only fill the index.';
