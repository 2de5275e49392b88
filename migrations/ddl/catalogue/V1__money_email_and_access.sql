-- The words that every later migration uses: money that cannot be negative, addresses that look like addresses,
-- and the extension that lets an exclusion constraint compare plain numbers beside ranges.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE DOMAIN amount AS numeric(10, 2)
  CONSTRAINT amount_is_not_negative CHECK (VALUE >= 0);
COMMENT ON DOMAIN amount IS 'Money in euros and cents. Refunds have a table of their own, so no amount is below zero.';

CREATE DOMAIN email_address AS text
  CONSTRAINT email_address_has_a_domain CHECK (VALUE ~ '^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$');
COMMENT ON DOMAIN email_address IS 'Only the shape is checked. Whether somebody reads it, a confirmation mail finds out.';

-- The role belongs to the servers, not to the schema: whoever sets up a server creates it.
GRANT USAGE ON SCHEMA public TO box_office_app;
