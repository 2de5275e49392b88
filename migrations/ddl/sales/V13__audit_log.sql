-- Who changed what. It has a schema of its own, because nobody but the triggers may write there.

CREATE SCHEMA audit;
COMMENT ON SCHEMA audit IS 'Written by triggers, read by the accountant. Never updated.';

CREATE TABLE audit.log_entries (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_by name NOT NULL DEFAULT session_user,
  table_name text NOT NULL,
  action text NOT NULL CHECK (action IN ('INSERT', 'UPDATE', 'DELETE')),
  row_id bigint NOT NULL,
  before jsonb,
  after jsonb
);

CREATE INDEX log_entries_row_idx ON audit.log_entries (table_name, row_id);
-- Rows arrive in order of time, so a BRIN index finds a day at a thousandth of the size.
CREATE INDEX log_entries_recorded_at_idx ON audit.log_entries USING brin (recorded_at);

GRANT USAGE ON SCHEMA audit TO box_office_app;
GRANT SELECT ON audit.log_entries TO box_office_app;
