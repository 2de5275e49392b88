-- Money by day and by week. The second view stands on the first: whoever replaces the first has to think of it.

CREATE OR REPLACE VIEW reporting.daily_takings AS
SELECT booked.day, sum(booked.paid) AS paid, sum(booked.refunded) AS refunded, sum(booked.paid - booked.refunded) AS net
FROM (
  SELECT (captured_at AT TIME ZONE 'UTC')::date AS day, paid::numeric AS paid, 0::numeric AS refunded
  FROM public.payments
  WHERE captured_at IS NOT NULL
  UNION ALL
  SELECT (created_at AT TIME ZONE 'UTC')::date, 0, refunded
  FROM public.refunds
) AS booked
GROUP BY booked.day;
COMMENT ON VIEW reporting.daily_takings IS 'By day in UTC, as the payment provider counts.';

CREATE OR REPLACE VIEW reporting.weekly_takings AS
SELECT date_trunc('week', day::timestamp)::date AS week, sum(net) AS net
FROM reporting.daily_takings
GROUP BY 1;
