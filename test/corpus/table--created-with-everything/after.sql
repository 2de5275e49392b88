CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE t (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 10 INCREMENT BY 5) PRIMARY KEY,
  "Mixed Case" text COLLATE "C" DEFAULT 'it''s \ a "test"' NOT NULL,
  price numeric(10,2) CHECK (price >= 0),
  twice numeric GENERATED ALWAYS AS (price * 2) STORED,
  tags text[] DEFAULT '{}',
  parent integer REFERENCES parent ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  UNIQUE (price, tags)
) WITH (fillfactor = 70, autovacuum_enabled = off);
ALTER TABLE t ALTER COLUMN tags SET STATISTICS 500;
ALTER TABLE t ALTER COLUMN tags SET STORAGE EXTERNAL;
ALTER TABLE t ALTER COLUMN tags SET COMPRESSION pglz;
ALTER TABLE t ALTER COLUMN price SET (n_distinct = -0.5);
CREATE TABLE empty ();
