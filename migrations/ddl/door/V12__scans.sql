-- What the readers at the doors report: many rows in a few hours, asked for by evening, thrown away by month. Hence
-- partitions. Bounds carry an offset, so that they mean the same whatever time zone the session is in.

CREATE TYPE scan_outcome AS ENUM ('admitted', 'already used', 'void', 'wrong event', 'unknown');

CREATE TABLE scans (
  -- A random key, because a reader without network numbers its scans itself and sends them later.
  id uuid NOT NULL DEFAULT gen_random_uuid(),
  scanned_at timestamptz NOT NULL,
  event_id bigint NOT NULL REFERENCES events ON DELETE RESTRICT,
  ticket_id uuid REFERENCES tickets ON DELETE SET NULL,
  gate varchar(12) NOT NULL,
  outcome scan_outcome NOT NULL,
  -- The partition key must be part of every unique key of a partitioned table.
  PRIMARY KEY (id, scanned_at)
) PARTITION BY RANGE (scanned_at);
COMMENT ON TABLE scans IS 'One reading of one code at one gate. A month is kept for two years, then its partition is dropped.';

CREATE TABLE scans_2026_01 PARTITION OF scans FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2026-02-01 00:00+00');
CREATE TABLE scans_2026_02 PARTITION OF scans FOR VALUES FROM ('2026-02-01 00:00+00') TO ('2026-03-01 00:00+00');
CREATE TABLE scans_2026_03 PARTITION OF scans FOR VALUES FROM ('2026-03-01 00:00+00') TO ('2026-04-01 00:00+00');

-- A reader whose clock is wrong must not lose its scans: they end up here, and someone looks.
CREATE TABLE scans_other PARTITION OF scans DEFAULT;

CREATE INDEX scans_event_id_idx ON scans (event_id, scanned_at);
CREATE INDEX scans_ticket_id_idx ON scans (ticket_id) WHERE ticket_id IS NOT NULL;

GRANT SELECT, INSERT ON scans TO box_office_app;
