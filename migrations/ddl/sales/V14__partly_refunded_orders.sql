-- Some customers give back two tickets of four. PostgreSQL adds a value to an enum, but a value can be used only after
-- the transaction that added it has committed: what needs it stands in the next migration.

ALTER TYPE order_status ADD VALUE IF NOT EXISTS 'partly_refunded' BEFORE 'refunded';
