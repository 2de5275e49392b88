-- "Four together, please." Gaps and islands: in a run of free seats, number minus position is the same for each.

CREATE OR REPLACE FUNCTION adjacent_seats(in_event bigint, together integer)
RETURNS TABLE (section varchar, row_label varchar, first_number smallint, last_number smallint)
LANGUAGE sql STABLE
AS $$
  WITH free AS (
    SELECT seats.section, seats.row_label, seats.number,
      seats.number - row_number() OVER (PARTITION BY seats.section, seats.row_label ORDER BY seats.number) AS island
    FROM events
    JOIN seats ON seats.hall_id = events.hall_id
    WHERE events.id = in_event
      AND NOT EXISTS (SELECT FROM tickets
                      WHERE tickets.event_id = in_event AND tickets.seat_id = seats.id AND tickets.status <> 'void')
      AND NOT EXISTS (SELECT FROM seat_holds
                      WHERE seat_holds.event_id = in_event AND seat_holds.seat_id = seats.id
                        AND seat_holds.held_during @> now())
  )
  SELECT free.section, free.row_label, min(free.number), max(free.number)
  FROM free
  GROUP BY free.section, free.row_label, free.island
  HAVING count(*) >= together
  ORDER BY free.section, free.row_label, min(free.number);
$$;
COMMENT ON FUNCTION adjacent_seats(bigint, integer) IS 'Every run of free seats in one row that is long enough.';
