-- The last invoice of the system before this one is settled, and its archive keeps the numbers.

ALTER TABLE customers DROP COLUMN legacy_number;
