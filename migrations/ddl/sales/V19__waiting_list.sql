-- For sold-out events: who asked first is told first.

CREATE TABLE waiting_list_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id bigint NOT NULL REFERENCES events ON DELETE CASCADE,
  customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
  wanted smallint NOT NULL DEFAULT 1,
  joined_at timestamptz NOT NULL DEFAULT now(),
  notified_at timestamptz,
  UNIQUE (event_id, customer_id),
  CONSTRAINT waiting_list_entries_wanted_check CHECK (wanted BETWEEN 1 AND 8)
);

-- The next in line, without a look at the table.
CREATE INDEX waiting_list_entries_queue_idx ON waiting_list_entries (event_id, joined_at)
  INCLUDE (customer_id, wanted)
  WHERE notified_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON waiting_list_entries TO box_office_app;
