CREATE TYPE point3 AS (x float8, y float8, z float8);
COMMENT ON COLUMN point3.x IS 'east';
